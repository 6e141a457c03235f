//! What the process pool promises where it has hardly any memory to share with its workers: then all that
//! is larger than a page travels in messages of its own.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test may")]

#[path = "contracts/failures.rs"]
mod failures;
#[path = "contracts/order.rs"]
mod order;
#[path = "contracts/size.rs"]
mod size;
#[path = "deaths/stopped.rs"]
mod stopped;
#[path = "deaths/traps.rs"]
mod traps;
#[path = "deaths/travel.rs"]
mod travel;

use std::process::ExitCode;

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use tests::jobs::Blob;
use tests::trials::named;
use tests::{Pool, Processes, Subject};
use workload::{JobError, Options};

/// The largest file there may be: a message, or all pages together, which have less than 2 MiB each.
const ROOM: u64 = 17 << 20;

fn main() -> ExitCode {
    processpool_pattern::worker(tests::jobs::register);
    let (_, most) = getrlimit(Resource::RLIMIT_FSIZE).unwrap();
    setrlimit(Resource::RLIMIT_FSIZE, ROOM, most).unwrap();
    let topics = [
        failures::trials(),
        order::trials(),
        size::trials(),
        stopped::trials(),
        traps::trials(),
        travel::trials(),
    ];
    let all = topics.into_iter().flatten();
    let ours = all.filter(|trial| trial.name().ends_with(Processes::NAME));
    let fact = "what_is_larger_than_a_message_may_be_fails_alone";
    let too_large = named(module_path!(), fact, Processes::NAME, too_large);
    tests::trials::run(ours.chain([too_large]).collect(), false)
}

/// The system would kill the process that tried.
fn too_large() {
    const LARGE: usize = 18 << 20;
    let pool = Processes::new(Options::new().workers(1).chunk(3));
    for (input, output) in [(LARGE, 1), (1, LARGE)] {
        let jobs = [(1, 1), (input, output), (2, 2)];
        let job = |(input, output)| Blob::new(7, input, output);
        let [first, large, last] = &pool.collect(jobs.map(job))[..] else {
            panic!("there are not three");
        };
        assert_eq!(first.as_ref().unwrap(), &[7]);
        assert_eq!(last.as_ref().unwrap(), &[7, 7]);
        match large {
            Err(JobError::Unsendable { message }) if message.contains("(ulimit -f)") => {}
            other => panic!("it may travel: {other:?}"),
        }
        let submitted = pool.submit(job((input, output))).wait();
        assert_eq!(submitted.as_ref(), large.as_ref());
    }
}
