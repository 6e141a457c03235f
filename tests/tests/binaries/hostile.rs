//! Who survives what: jobs that misbehave, through the binaries.

use std::io::Read;

use tests::binaries::{ALL, Running, run};

/// The kinds in turn, every twentieth job: culprits are 19, 39, ..., 299.
#[test]
fn processes_survive_everything_and_name_the_culprits() {
    let kinds = "panic,abort,exit,overflow,kill";
    let mut running = Running::start(
        "processpool-pattern",
        &format!("hostile --count 300 --every 20 --kinds {kinds}"),
    );
    let (mut stdout, mut stderr) = (String::new(), String::new());
    running
        .0
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut stdout)
        .unwrap();
    running
        .0
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut stderr)
        .unwrap();
    assert_eq!(running.wait().code(), Some(3));
    running.wait_until_no_worker_is_left();

    let healthy = (0..300)
        .filter(|index| index % 20 != 19)
        .map(|index| format!("{index}\n"));
    assert_eq!(
        stdout,
        healthy.collect::<String>(),
        "the 285 healthy ones, in order"
    );
    let deaths = [
        "panicked: job {} panics on purpose",
        "crashed its worker: signal 6 (SIGABRT)",
        "crashed its worker: exit code 7",
        "crashed its worker: signal 6 (SIGABRT)",
        "crashed its worker: signal 9 (SIGKILL)",
    ];
    let told: Vec<_> = stderr.lines().filter(|line| is_verdict(line)).collect();
    assert_eq!(told.len(), 15, "{stderr}");
    for (turn, line) in told.iter().enumerate() {
        let culprit = 20 * turn + 19;
        let death = deaths[turn % 5].replace("{}", &culprit.to_string());
        let expected = format!("job {culprit}: {death}");
        assert!(line.starts_with(&expected), "{line:?} is not {expected:?}");
    }
    let summary = stderr.lines().last().unwrap();
    assert!(
        summary.contains("300 jobs: 285 succeeded, 12 crashed, 3 panicked"),
        "{summary}"
    );
}

/// Whether a line says how a job ended, rather than what it printed before.
fn is_verdict(line: &str) -> bool {
    line.contains(": panicked: ") || line.contains(": crashed its worker: ")
}

/// What can be caught is caught everywhere.
#[test]
fn all_survive_errors_and_panics_alike() {
    let reference = run(
        "workload",
        "hostile --count 100 --every 7 --kinds error,panic",
    );
    assert_eq!(
        (reference.stdout.lines().count(), reference.code),
        (86, Some(3))
    );
    assert_eq!(reference.stderr.len(), 14 + 1);
    for name in ALL {
        let ran = run(
            name,
            "-w 2 hostile --count 100 --every 7 --kinds error,panic",
        );
        assert_eq!(
            (&ran.stdout, ran.code),
            (&reference.stdout, Some(3)),
            "{name}"
        );
        assert_eq!(ran.stderr[..14], reference.stderr[..14], "{name}");
    }
}

/// Jobs 9 and 19 never end, the one waiting and the other computing as `kinds` says.
fn ends_at_its_time_limit(name: &str, kinds: &str) {
    let arguments = format!("-w 2 --timeout 300ms hostile --count 20 --every 10 --kinds {kinds}");
    let ran = run(name, &arguments);
    let healthy = (0..20)
        .filter(|index| index % 10 != 9)
        .map(|index| format!("{index}\n"));
    assert_eq!((ran.stdout, ran.code), (healthy.collect(), Some(3)));
    assert_eq!(ran.stderr[0], "job 9: timed out after 300ms");
    assert_eq!(ran.stderr[1], "job 19: timed out after 300ms");
}

#[test]
fn processes_that_never_end_are_killed_at_their_time_limit() {
    ends_at_its_time_limit("processpool-pattern", "hang,spin");
}

#[test]
fn async_jobs_that_wait_for_ever_end_at_their_time_limit() {
    ends_at_its_time_limit("async-pattern", "hang");
}

/// Every pattern prints what was done; what was not even started is no failure to be listed. Which of
/// the jobs that fail does so first is up to the machine: two workers are under way.
#[test]
fn stop_ends_at_the_first_failure() {
    for name in ALL {
        let arguments = "-w 2 --on-error stop hostile --count 1000000 --every 50 --kinds error";
        let ran = run(name, arguments);
        assert_eq!(ran.code, Some(3), "{name}");
        let lines = ran.stdout.lines();
        let done: Vec<u32> = lines.map(|line| line.parse().unwrap()).collect();
        assert!(done.is_sorted(), "{name}");
        assert!(done.iter().all(|index| index % 50 != 49), "{name}");
        assert!(done.len() < 1_000_000, "{name}: {} lines", done.len());
        let failed = ran.stderr[0].strip_prefix("job ");
        let failed = failed.and_then(|rest| rest.split_once(": failed: job "));
        let (index, reason) = failed.expect(&ran.stderr[0]);
        assert_eq!(reason, format!("{index} fails on purpose"), "{name}");
        assert_eq!(index.parse::<u32>().unwrap() % 50, 49, "{name}");
    }
}
