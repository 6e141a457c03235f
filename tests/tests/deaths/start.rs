//! How a worker starts: what it may not do, and what nobody else may have a part in.

use std::fs;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use libtest_mimic::Trial;
use tempfile::TempDir;
use tests::binaries::{Ran, Running};
use tests::jobs::Look;
use tests::system::{is_alive, until};
use tests::trials::named;
use tests::{Log, Pool, Processes, Subject};
use workload::Options;

pub(super) fn trials() -> Vec<Trial> {
    let facts: [(_, fn()); 10] = [
        ("a_worker_that_never_says_hello_is_refused", silent),
        (
            "a_worker_that_connects_and_says_nothing_is_refused",
            speechless,
        ),
        ("a_worker_of_another_version_is_refused", old),
        ("a_hello_that_makes_no_sense_is_refused", babbling),
        ("words_that_make_no_sense_cost_a_worker_and_no_more", mad),
        ("nobody_else_can_get_at_a_worker_that_starts", private),
        ("a_job_has_the_environment_of_its_pool", environment),
        ("a_worker_that_is_slow_to_start_holds_nobody_up", sluggish),
        ("nobody_waits_for_a_worker_without_use", tardy),
        ("interrupts_cost_no_worker", interrupted),
    ];
    let facts = facts.map(|(fact, test)| named(module_path!(), fact, Processes::NAME, test));
    facts.into_iter().collect()
}

/// A directory in which workers are in this mood, and the log that they write there.
fn mood(mood: &str) -> (TempDir, Log) {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("mood"), mood).unwrap();
    let log = Log::new(directory.path());
    (directory, log)
}

/// The program whose workers have moods, in that directory.
fn impostor(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_impostor"));
    command.current_dir(directory).stdin(Stdio::null());
    command
}

/// What is said of a worker in this mood, which is the pool's only one. It is gone then.
fn refused(say: &str) -> String {
    let (directory, log) = mood(say);
    let ran = Ran::from(impostor(directory.path()).output().unwrap());
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
    assert_eq!(log.starts()[&0], 1, "nobody tries again");
    assert!(!is_alive(log.wait_for_start(0)), "it was not killed");
    assert_eq!(log.ends(), 0, "it had to leave by itself");
    ran.stderr.join("\n")
}

fn silent() {
    let told = refused("silent");
    assert!(told.contains("was not ready after 10 s"), "{told}");
}

fn speechless() {
    let told = refused("connects");
    assert!(told.contains("was not ready after 10 s"), "{told}");
}

fn old() {
    let told = refused("old");
    let expected = "has version 0.0.0/0, and this pool needs";
    assert!(told.contains(expected), "{told}");
}

/// A version of nine bytes, of which there are two.
fn babbling() {
    let told = refused("greets: 9 50 50 0");
    let expected = "cannot work: its first words make no sense";
    assert!(told.contains(expected), "{told}");
}

/// No word at all; an outcome in memory that was not sent along; one of a chunk that the worker does
/// not have; a second greeting; and a board with half an outcome on it, or with more than there can be.
fn mad() {
    for word in [
        "says: 99 0 0 0",
        "says: 3 0 7 0",
        "says: 3 9 0 0",
        "says: 0 0 0 0",
        "commits: 3 0 0 0",
        "commits: 255 255 255 255",
    ] {
        let (directory, log) = mood(word);
        let ran = Ran::from(impostor(directory.path()).output().unwrap());
        assert_eq!(ran.stdout, "lost\n".repeat(5), "{word}: {ran:?}");
        assert_eq!((ran.code, ran.stderr.len()), (Some(0), 5), "{ran:?}");
        for told in &ran.stderr {
            let expected = "its workers die before they have done anything";
            assert!(told.contains(expected), "{word}: {told}");
        }
        assert!(log.starts()[&0] > 1, "{word}: no other was tried");
    }
}

/// Starts the program twice, where all that it makes is for everybody unless it says otherwise. Each
/// time its worker holds its start up until it has been looked at.
fn private() {
    let names = [(); 2].map(|()| {
        let temporary = tempfile::tempdir().unwrap();
        let (directory, log) = mood("slow");
        let impostor = impostor(directory.path());
        let mut command = Command::new("sh");
        command
            .args(["-c", "umask 0; exec \"$0\""])
            .arg(impostor.get_program())
            .current_dir(directory.path())
            .env("TMPDIR", temporary.path());
        let mut program = Running::spawn(&mut command);
        let worker = log.wait_for_start(0);

        let place = the_only_one_in(temporary.path());
        let socket = the_only_one_in(&place);
        let (place, myself) = [place.as_path(), Path::new("/proc/self")]
            .map(|path| fs::metadata(path).unwrap())
            .into();
        assert_eq!(place.mode() & 0o7777, 0o700, "others may look into it");
        assert_eq!(place.uid(), myself.uid());
        assert!(fs::metadata(&socket).unwrap().file_type().is_socket());
        holds_no_named_memory(program.pid());
        holds_no_named_memory(worker);

        fs::write(directory.path().join("gate"), "").unwrap();
        until("nothing is left of the start", || {
            fs::read_dir(temporary.path()).unwrap().next().is_none()
        });
        holds_no_named_memory(program.pid());
        holds_no_named_memory(worker);
        assert!(is_alive(worker), "it is gone when the worker is ready");
        fs::write(directory.path().join("last"), "").unwrap();
        assert_eq!(program.wait().code(), Some(0));
        socket.parent().unwrap().file_name().unwrap().to_owned()
    });
    assert_ne!(names[0], names[1], "somebody could wait there");
}

fn the_only_one_in(directory: &Path) -> PathBuf {
    let entries = fs::read_dir(directory).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    assert_eq!(paths.len(), 1, "{paths:?}");
    paths.remove(0)
}

/// Memory with a name is a file that others may open, and that stays when its process is killed.
fn holds_no_named_memory(pid: i32) {
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).unwrap();
    assert!(!maps.contains("/dev/shm"), "{maps}");
    for file in fs::read_dir(format!("/proc/{pid}/fd")).unwrap() {
        // One that was open while the directory was read may be closed now.
        let target = fs::read_link(file.unwrap().path()).unwrap_or_default();
        assert!(!target.starts_with("/dev/shm"), "{}", target.display());
    }
}

fn environment() {
    let pool = Processes::new(Options::new().workers(1));
    let seen = pool.submit(Look::Environment).wait().unwrap();
    // What stands in it is nobody's business, a log's reader's neither.
    assert!(seen == Look::environment(), "it is another");
    assert!(!seen.is_empty());
}

/// The worker that it is to replace is heard meanwhile. It would wait else, in the middle of a job,
/// until that job's time is up.
fn sluggish() {
    let directory = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_sluggish"));
    command.current_dir(directory.path()).stdin(Stdio::null());
    let ran = Ran::from(command.output().unwrap());
    assert_eq!((ran.code, ran.stdout), (Some(0), "50000\n".repeat(40)));
}

/// A program that waited for it would do so until it is ready, which it notes.
fn tardy() {
    for why in ["refused", "dropped", "shut-down", "last-crashes"] {
        let directory = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_tardy"));
        command.arg(why).current_dir(directory.path());
        let ran = Ran::from(command.stdin(Stdio::null()).output().unwrap());
        assert_eq!(ran.code, Some(0), "{why}: {ran:?}");
        let log = Log::new(directory.path());
        assert_eq!(log.ends(), 0, "{why}: it was waited for");
        assert!(!is_alive(log.wait_for_start(0)), "{why}: it is left");
    }
}

fn interrupted() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_interrupted"));
    let ran = Ran::from(command.stdin(Stdio::null()).output().unwrap());
    let expected: String = (0..150).map(|index| format!("Ok({index})\n")).collect();
    assert_eq!(
        (ran.code, ran.stdout),
        (Some(0), expected),
        "{:?}",
        ran.stderr
    );
}
