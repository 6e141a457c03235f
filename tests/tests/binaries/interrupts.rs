//! Ctrl-C and SIGTERM: the first lets what runs end, the second ends everything at once.

use std::io::{BufRead, BufReader, Read};
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use tests::binaries::{ALL, Running};
use tests::system::PATIENCE;

/// A run of many short sleeps, of which a few have been printed.
fn in_the_middle(name: &str) -> (Running, BufReader<std::process::ChildStdout>, Vec<String>) {
    let mut running = Running::start(name, "-w 2 --window 4 sleep --count 5000 --for 20ms");
    let mut output = BufReader::new(running.0.stdout.take().unwrap());
    let lines = output
        .by_ref()
        .lines()
        .take(3)
        .map(Result::unwrap)
        .collect();
    (running, output, lines)
}

fn drains(signal: Signal, code: i32) {
    for name in ALL {
        let (mut running, output, mut lines) = in_the_middle(name);
        running.signal(signal);
        lines.extend(output.lines().map(Result::unwrap));
        assert_eq!(running.wait().code(), Some(code), "{name}");
        let expected = (0..lines.len()).map(|index| index.to_string());
        assert!(
            lines.iter().cloned().eq(expected),
            "{name}: not a prefix in order: {lines:?}"
        );
        assert!(lines.len() < 5000, "{name}: it was not interrupted");
        running.wait_until_no_worker_is_left();
        let mut told = String::new();
        running
            .0
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut told)
            .unwrap();
        assert_eq!(told.lines().count(), 1, "{name}: only the summary: {told}");
    }
}

#[test]
fn ctrl_c_prints_what_was_under_way() {
    drains(Signal::SIGINT, 130);
}

#[test]
fn sigterm_does_the_same() {
    drains(Signal::SIGTERM, 143);
}

/// What is under way takes an hour, so the first signal cannot end it. Signals of one kind that
/// come close together count as one, so more than two may be needed.
#[test]
fn the_second_ctrl_c_ends_everything_at_once() {
    for name in ALL {
        let mut running = Running::start(name, "-w 2 sleep --count 8 --for 1h");
        running.wait_until_it_runs();
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            running.signal(Signal::SIGINT);
            std::thread::sleep(Duration::from_millis(10));
            if let Some(status) = running.0.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < deadline, "{name} does not end");
        };
        assert_eq!(status.code(), Some(130), "{name}");
        running.wait_until_no_worker_is_left();
    }
}

/// Ctrl-C in a terminal goes to all processes of a group. Workers are not in that of their pool,
/// which is to decide what becomes of them.
#[test]
fn ctrl_c_is_not_for_the_workers() {
    let running = Running::start("processpool-pattern", "-w 2 sleep --count 8 --for 1h");
    running.wait_until_it_runs();
    let group = |pid: i32| nix::unistd::getpgid(Some(nix::unistd::Pid::from_raw(pid))).unwrap();
    let workers = tests::system::workers_of(running.pid());
    assert_eq!(workers.len(), 2);
    for worker in workers {
        assert_ne!(group(worker), group(running.pid()));
    }
}
