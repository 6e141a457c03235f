//! Few descriptors, closed ones, no terminal, and signals that are ignored: a run ends as ever, or
//! says what it lacks.

use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};

use nix::sys::signal::Signal;
use tests::binaries::{ALL, Ran, Running, command, run};
use tests::system::ignores;

/// A binary with these arguments, started by a shell after what `script` says. The shell's words
/// `"$0" "$@"` stand for the binary and its arguments.
fn by_shell(script: &str, name: &str, arguments: &str) -> Command {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", script])
        .arg(command(name).get_program())
        .args(arguments.split_whitespace())
        .stdin(Stdio::null());
    shell
}

/// Runs a command to its end; no worker of it is left then. What it prints fits into a pipe.
fn to_its_end(command: &mut Command) -> Ran {
    let mut running = Running::spawn(command);
    let code = running.wait().code();
    running.wait_until_no_worker_is_left();
    let (mut stdout, mut stderr) = (String::new(), String::new());
    let (out, err) = (running.0.stdout.take(), running.0.stderr.take());
    out.unwrap().read_to_string(&mut stdout).unwrap();
    err.unwrap().read_to_string(&mut stderr).unwrap();
    let stderr = stderr.lines().map(str::to_owned).collect();
    Ran {
        stdout,
        stderr,
        code,
    }
}

const ECHO: &str = "echo --count 50 --bytes 300000 -w 2";

/// From so few that not even the program can be loaded, to as many as the book says are enough. Nothing
/// is left behind.
#[test]
fn with_few_descriptors_it_works_or_says_what_it_lacks() {
    let expected = run("workload", ECHO).stdout;
    let temporary = tempfile::tempdir().unwrap();
    for limit in (3..=24).chain([28, 32, 40, 48, 56, 64]) {
        let script = format!("ulimit -n {limit}; exec \"$0\" \"$@\"");
        let mut command = by_shell(&script, "processpool-pattern", ECHO);
        let ran = to_its_end(command.env("TMPDIR", temporary.path()));
        let left: Vec<_> = fs::read_dir(temporary.path()).unwrap().collect();
        assert!(left.is_empty(), "at {limit}: {left:?}");
        let told = ran.stderr.join("\n");
        assert!(!told.contains("panicked at"), "at {limit}: {told}");
        if ran.code == Some(0) {
            assert_eq!(ran.stdout, expected, "at {limit}");
        } else {
            assert!(limit < 64, "64 are enough: {told}");
            assert!(!told.is_empty(), "at {limit}: {ran:?}");
        }
    }
}

#[test]
fn closed_descriptors_change_nothing_else() {
    for name in ALL {
        let expected = run(name, "square --count 20").stdout;
        for closed in ["<&-", ">&-", "2>&-", "<&- >&- 2>&-", "<&- 2>&-"] {
            let script = format!("exec \"$0\" \"$@\" {closed}");
            let mut command = by_shell(&script, name, "-w 2 square --count 20");
            let ran = to_its_end(&mut command);
            assert_eq!(ran.code, Some(0), "{name} {closed}: {ran:?}");
            let is_open = |descriptor| !closed.split(' ').any(|word| word == descriptor);
            let expected = if is_open(">&-") { &expected } else { "" };
            assert_eq!(ran.stdout, expected, "{name} {closed}");
            let summaries = usize::from(is_open("2>&-"));
            assert_eq!(ran.stderr.len(), summaries, "{name} {closed}: {ran:?}");
        }
    }
}

#[test]
fn without_a_terminal_the_lines_are_the_same() {
    for name in ALL {
        let expected = run(name, "square --count 20").stdout;
        for script in [
            "exec nohup \"$0\" \"$@\"",
            // It waits for the program, whatever the shell is.
            "exec setsid --wait \"$0\" \"$@\"",
        ] {
            let ran = to_its_end(&mut by_shell(script, name, "-w 2 square --count 20"));
            assert_eq!(
                (ran.code, ran.stdout.as_str()),
                (Some(0), expected.as_str()),
                "{name} {script}: {ran:?}"
            );
        }
    }
}

/// As under `nohup`: whoever closes the terminal sends it, and it changes nothing.
#[test]
fn a_hangup_that_is_ignored_stays_ignored() {
    let script = "trap '' HUP; exec \"$0\" \"$@\"";
    for name in ALL {
        let mut command = by_shell(script, name, "-w 2 --window 2 sleep --count 100 --for 10ms");
        let mut running = Running::spawn(&mut command);
        running.wait_until_it_runs();
        assert!(ignores(running.pid(), Signal::SIGHUP), "{name}");
        running.signal(Signal::SIGHUP);
        let mut lines = String::new();
        let stdout = running.0.stdout.as_mut().unwrap();
        stdout.read_to_string(&mut lines).unwrap();
        assert_eq!(running.wait().code(), Some(0), "{name}");
        assert_eq!(lines.lines().count(), 100, "{name}");
        running.wait_until_no_worker_is_left();
    }
}

/// The system does not tell then how a process ended, and gives its number away at once.
#[test]
fn who_ignores_the_ends_of_its_children_gets_no_process_pool() {
    let script = "exec env --ignore-signal=CHLD \"$0\" \"$@\"";
    for name in ALL {
        let ran = to_its_end(&mut by_shell(script, name, "square --count 1"));
        if name == "processpool-pattern" {
            let [line] = &ran.stderr[..] else {
                panic!("not one line but {ran:?}");
            };
            for part in ["ignores SIGCHLD", "env --default-signal=CHLD"] {
                assert!(line.contains(part), "no {part:?} in {line:?}");
            }
            assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
        } else {
            assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "0\n"), "{ran:?}");
        }
    }
}
