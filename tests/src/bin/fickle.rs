//! A program whose workers get ready or not, as a file named `mood` in the current directory says.
//! It prints how its jobs end, in one word each. Its argument says how many workers it has.

use std::fs;
use std::process::ExitCode;

use processpool_pattern::{Options, ProcessPool};
use tests::jobs::{Act, Deed};
use tests::system::until;

fn prepare() -> anyhow::Result<()> {
    match fs::read_to_string("mood").unwrap_or_default().as_str() {
        "unwilling" => anyhow::bail!("not in the mood"),
        "gone" => std::process::exit(9),
        _ => Ok(()),
    }
}

fn main() -> ExitCode {
    processpool_pattern::worker(|jobs| {
        jobs.add::<Act>().on_start(prepare);
    });
    let workers = std::env::args().nth(1).and_then(|n| n.parse().ok());
    let workers = workers.unwrap_or(1);
    let pool = match ProcessPool::new(Options::new().workers(workers)) {
        Ok(pool) => pool,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let say = |outcome: Result<u64, _>| match outcome {
        Ok(index) => println!("{index}"),
        Err(error) => println!("{}", workload::JobError::kind(&error)),
    };
    say(pool.submit(Act::new(1)).wait());
    // From now on, no worker can take the place of one that dies.
    let mood = fs::write("mood", "gone");
    mood.unwrap_or_else(|error| eprintln!("{error}"));
    for left in (0..workers).rev() {
        say(pool.submit(Act::new(2).does(Deed::Kill)).wait());
        until("nobody tries to start another", || keepers() <= left);
        pool.map((3..6).map(Act::new)).for_each(say);
        say(pool.submit(Act::new(6)).wait());
    }
    pool.shutdown();
    ExitCode::SUCCESS
}

/// How many threads of this process keep a worker each.
fn keepers() -> usize {
    let threads = fs::read_dir("/proc/self/task").into_iter().flatten();
    let names = threads
        .flatten()
        .flat_map(|thread| fs::read(thread.path().join("comm")));
    names.filter(|name| name.starts_with(b"worker ")).count()
}
