//! Invented looks at a machine, and one at that on which the tests run.

use super::super::tests::{ONLINE, machine};
use super::*;

fn load(allowed: &str, stat: &str) -> Load {
    let root = machine(&[
        (ONLINE, "0-2"),
        (
            "proc/self/status",
            &format!("Cpus_allowed_list:\t{allowed}\n"),
        ),
        ("proc/loadavg", "1.25 0.84 1.65 3/89 4835\n"),
        ("proc/stat", stat),
    ]);
    Load::look_in(root.path())
}

const BEFORE: &str = "cpu  9 9 9 9 9 9 9 9 0 0\ncpu0 100 0 50 1000 10 0 0 5 7 0\n\
                      cpu1 0 0 0 1000 0 0 0 0 0 0\ncpu2 0 0 0 0 0 0 0 0 0 0\nintr 1 2 3\n";
/// Two seconds later.
const AFTER: &str = "cpu  9 9 9 9 9 9 9 9 0 0\ncpu0 200 10 60 1010 20 3 7 65 99 0\n\
                     cpu1 100 0 0 1100 0 0 0 0 0 0\ncpu2 200 0 0 0 0 0 0 0 0 0\nintr 1 2 3\n";
const ELAPSED: Duration = Duration::from_secs(2);

#[test]
fn what_is_neither_ours_nor_idle_was_taken_by_others() {
    let ours = Duration::from_millis(1500);
    let taken = |allowed| {
        let (before, after) = (load(allowed, BEFORE), load(allowed, AFTER));
        after.since(&before, ours, ELAPSED).unwrap()
    };
    // 130 and 100 ticks were busy, and 150 of them were ours.
    let expected = Taken {
        others: 0.4,
        steal: 0.3,
    };
    assert_eq!(taken("0-1"), expected);
    // What runs where we may not takes nothing from us, and what is ours not either.
    let nothing = Taken::default();
    assert_eq!(taken("1"), nothing);
    assert_eq!(taken("0-2").others, 1.4);
}

#[test]
fn the_load_now_is_told() {
    let now = load("0", BEFORE);
    assert_eq!((now.average, now.runnable), (Some(1.25), Some(3)));
}

#[test]
fn what_was_taken_may_not_be_known() {
    let since = |before: &Load, after: &Load, elapsed| after.since(before, Duration::ZERO, elapsed);
    let (before, after) = (load("0", BEFORE), load("0", AFTER));
    assert!(since(&before, &after, ELAPSED).is_some());
    let moment = Duration::from_millis(50);
    assert_eq!(since(&before, &after, moment), None, "too short");
    assert_eq!(since(&before, &before, ELAPSED), None, "nothing counted");
    let other = load("0-1", AFTER);
    assert_eq!(since(&before, &other, ELAPSED), None, "other cores");
    let paused = load("0", "cpu0 9000 0 50 1000 10 0 0 5 7 0\n");
    assert_eq!(since(&before, &paused, ELAPSED), None, "a paused machine");
    let old = load("0", "cpu0 1 2 3 4\n");
    assert_eq!(since(&old, &old, ELAPSED), None, "too few numbers");
    let nowhere = Load::look_in(Path::new("/nowhere"));
    assert_eq!((nowhere.average, nowhere.runnable), (None, None));
    assert_eq!(since(&nowhere, &after, ELAPSED), None, "no file");
}

#[cfg(target_os = "linux")]
#[test]
fn this_machine_counts_what_we_use() {
    let before = Load::look();
    let limit = used_by_us() + Duration::from_millis(50);
    let spin = (0_u64..).find(|_| used_by_us() >= limit);
    assert!(spin.is_some() && before.average.is_some());
    let (before, after) = (before.cores.unwrap(), Load::look().cores.unwrap());
    assert!(after.busy > before.busy && after.all > before.all);
    let allowed = super::super::Machine::look().allowed_cores.unwrap();
    assert_eq!(after.number as usize, allowed);
}
