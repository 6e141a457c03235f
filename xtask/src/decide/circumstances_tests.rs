//! Warnings about invented machines.

use super::*;

const LONG: Duration = Duration::from_secs(10);
const SHORT: Duration = Duration::from_millis(50);

/// A bare machine with so many cores, all of which may be used.
fn machine(cores: usize) -> Machine {
    Machine {
        cores: Some(cores),
        allowed_cores: Some(cores),
        parallelism: Some(cores),
        governors: vec!["performance".to_owned()],
        ..Machine::default()
    }
}

fn taken(others: f64, steal: f64) -> Option<Taken> {
    Some(Taken { others, steal })
}

/// What is said of long runs on this machine.
fn said(machine: &Machine, taken: Option<Taken>) -> Vec<String> {
    let warnings = warnings(machine, taken, LONG);
    warnings.iter().map(ToString::to_string).collect()
}

#[test]
fn a_quiet_machine_is_not_warned_of() {
    let nothing: [String; 0] = [];
    assert_eq!(said(&machine(2), taken(0.19, 0.09)), nothing);
    assert_eq!(said(&machine(64), taken(6.0, 3.0)), nothing);
    assert_eq!(said(&machine(1), None), nothing);
    assert_eq!(said(&Machine::default(), taken(0.05, 0.01)), nothing);
    assert_eq!(warnings(&machine(2), None, SHORT), []);
}

#[test]
fn others_that_take_a_tenth_of_the_cores_are_named() {
    let expected = "Other programs used 1.3 of 2 cores, so the patterns had fewer than it seems \
                    and gained less: end them, or wait until they are done, and run it again.";
    assert_eq!(said(&machine(2), taken(1.3, 0.0)), [expected]);
    assert_eq!(said(&machine(2), taken(0.21, 0.0)).len(), 1);
    assert_eq!(said(&machine(64), taken(6.5, 0.0)).len(), 1);
}

#[test]
fn others_may_have_the_cores_that_a_quota_leaves_them() {
    let mut machine = machine(8);
    machine.quota = Some(2.0);
    assert_eq!(warnings(&machine, taken(6.1, 0.0), LONG), []);
    let of = 8;
    let expected = [Warning::Others { used: 6.3, of }];
    assert_eq!(warnings(&machine, taken(6.3, 0.0), LONG), expected);
}

#[test]
fn time_that_the_host_withholds_is_named() {
    let expected = "The host of this virtual machine withheld the time of 0.12 of 2 cores, at \
                    moments that nobody here can see, so differences may come from it: run it \
                    again later, or on a machine that is not shared.";
    assert_eq!(said(&machine(2), taken(0.0, 0.12)), [expected]);
}

#[test]
fn few_of_many_cores_are_named() {
    let mut machine = machine(8);
    machine.allowed_cores = Some(1);
    let expected = "This process may run on only 1 of 8 cores, so the patterns gain less than \
                    this machine allows: start it without `taskset`, or give its container more \
                    cores.";
    assert_eq!(said(&machine, None), [expected]);
    machine.allowed_cores = Some(4);
    assert_eq!(said(&machine, None).len(), 1);
    machine.allowed_cores = Some(5);
    assert_eq!(said(&machine, None).len(), 0);
    // Another program beside the one core that we have takes much of what we need.
    machine.allowed_cores = Some(1);
    assert_eq!(said(&machine, taken(0.3, 0.0)).len(), 2);
}

#[test]
fn a_quota_spoils_short_runs() {
    let mut machine = machine(2);
    machine.quota = Some(1.5);
    assert_eq!(warnings(&machine, None, LONG), []);
    let expected = "A CPU quota leaves 1.5 of 2 cores. When it is used up, the system stops all of \
                    a program's workers until the next period, which counts in runs as short as \
                    these: give the container whole cores (`--cpuset-cpus`) instead of a quota, \
                    or make the runs longer.";
    let found = warnings(&machine, None, SHORT);
    assert_eq!(found[0].to_string(), expected);
    assert_eq!(found.len(), 1);
    machine.quota = Some(1.0 / 3.0);
    let found = warnings(&machine, None, SHORT)[0].to_string();
    assert!(found.starts_with("A CPU quota leaves 0.33 of 2 cores."));
    machine.quota = Some(2.0);
    assert_eq!(warnings(&machine, None, SHORT), []);
}

#[test]
fn a_governor_that_follows_the_load_spoils_short_runs() {
    let mut machine = machine(2);
    for governor in ["powersave", "ondemand"] {
        machine.governors = vec!["performance".to_owned(), governor.to_owned()];
        let expected = Warning::Governor(governor.to_owned());
        assert_eq!(warnings(&machine, None, SHORT), [expected]);
        assert_eq!(warnings(&machine, None, LONG), []);
    }
    let sentence = warnings(&machine, None, SHORT)[0].to_string();
    assert!(sentence.starts_with("The frequency governor is `ondemand`: "));
    assert!(sentence.contains("cpupower frequency-set -g performance"));
}
