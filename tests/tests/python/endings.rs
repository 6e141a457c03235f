//! Runs that end early: quietly, and without leaving a process.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tests::binaries::Running;
use tests::system::{children, handles, is_alive, until};

use crate::{TWINS, twin};

/// Ctrl-C in a terminal goes to the whole group, workers among it.
#[test]
fn ctrl_c_ends_it_quietly_and_leaves_no_process() {
    for name in TWINS {
        let Some(mut twin) = twin(name) else {
            return;
        };
        twin.args(["-w2", "sleep", "--count=9", "--for", "1h"]);
        let mut running = Running::spawn(twin.process_group(0));
        let pid = running.pid();
        until("it handles signals", || handles(pid, Signal::SIGTERM));
        let expected = if name == "processes" { 2 } else { 0 };
        until("it has workers", || children(pid).len() == expected);
        let workers = children(pid);
        killpg(Pid::from_raw(pid), Signal::SIGINT).unwrap();
        assert_eq!(running.wait().code(), Some(130), "{name}");
        until("no worker is left", || {
            workers.iter().all(|pid| !is_alive(*pid))
        });
        let told = told(&mut running);
        assert_eq!(told, "", "{name}");
    }
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    for name in TWINS {
        let Some(mut twin) = twin(name) else {
            return;
        };
        let mut running = Running::spawn(twin.args(["square", "--count", "100000"]));
        let mut output = BufReader::new(running.0.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        assert_eq!(line, "0\n", "{name}");
        drop(output);
        assert_eq!(running.wait().code(), Some(0), "{name}");
        let told = told(&mut running);
        assert_eq!(told, "", "{name}");
    }
}

/// All that was written to stderr. It ends when nobody can write there any more: no worker either.
fn told(running: &mut Running) -> String {
    let mut told = String::new();
    let mut stderr = running.0.stderr.take().unwrap();
    stderr.read_to_string(&mut told).unwrap();
    told
}
