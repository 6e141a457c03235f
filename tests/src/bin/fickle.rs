//! A program whose workers get ready or not, as a file named `mood` in the current directory says.
//! It prints how its jobs end, in one word each.

use std::fs;
use std::process::ExitCode;

use processpool_pattern::{Options, ProcessPool};
use tests::jobs::{Act, Deed};

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
    let pool = match ProcessPool::new(Options::new().workers(1)) {
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
    say(pool.submit(Act::new(2).does(Deed::Kill)).wait());
    say(pool.submit(Act::new(3)).wait());
    pool.map((4..7).map(Act::new)).for_each(say);
    say(pool.submit(Act::new(7)).wait());
    pool.shutdown();
    ExitCode::SUCCESS
}
