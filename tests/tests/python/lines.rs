//! What the twins compute is what the reference computes, line by line.

use tests::binaries;

use crate::{TWINS, run};

#[test]
fn each_prints_what_the_reference_prints() {
    for arguments in [
        "",
        "-w 3",
        "square --count 0",
        "square --count 1000",
        "-w 2 square --count=77 -w3 --quiet",
        "primes --limit 20000",
        "primes --count 7 --limit 30",
        "primes --count 3 --limit 0",
        "primes --count 0",
        "sleep --for 1ms",
        "sleep --count 2500 --for 0s",
        "sleep --count 3 --for 1.5ms20us -w 1",
    ] {
        let expected = binaries::run("workload", arguments);
        for name in TWINS {
            let Some(ran) = run(name, arguments) else {
                return;
            };
            assert_eq!(ran.stdout, expected.stdout, "{name} {arguments}");
            assert_eq!(ran.code, Some(0), "{name} {arguments}: {ran:?}");
            assert_eq!(ran.stderr.len(), 1, "{name} {arguments}: {ran:?}");
        }
    }
}

#[test]
fn the_lock_and_the_number_of_threads_change_no_output() {
    let arguments = "primes --count 50 --limit 40000";
    let Some(one) = run("threads", &format!("-w 1 {arguments}")) else {
        return;
    };
    assert_eq!(one.stdout.lines().count(), 50);
    let four = run("threads", &format!("-w 4 {arguments}")).unwrap();
    assert_eq!(one.stdout, four.stdout);
}
