//! What stands where on the command line of `compare`, and what is refused.

use clap::Parser;

use super::*;

#[derive(Debug, Parser)]
struct Line {
    #[command(flatten)]
    args: Args,
}

fn parse(line: &str) -> Args {
    let words = line.split_whitespace();
    Line::try_parse_from(["compare"].into_iter().chain(words))
        .unwrap()
        .args
}

#[test]
fn own_options_stand_before_the_workload_and_the_rest_is_handed_on() {
    let args = parse("--quick primes --count 9 --timeout 5s");
    assert!(args.quick && !args.quiet);
    assert_eq!(
        args.workload().unwrap(),
        ["primes", "--count", "9", "--timeout", "5s"]
    );

    let args = parse("--python primes --count 9");
    assert_eq!(args.workload().unwrap(), ["primes", "--count", "9"]);
    assert_eq!(args.interpreter(), Some("python3".as_ref()));
    let args = parse("--python ./python3.13t primes");
    assert_eq!(args.workload().unwrap(), ["primes"]);
    assert_eq!(args.interpreter(), Some("./python3.13t".as_ref()));

    let args = parse("-w 2 --chunk=4 square --quiet -- -5");
    assert_eq!(
        args.workload().unwrap(),
        ["-w", "2", "--chunk=4", "square", "--", "-5"]
    );
    assert!(parse("").workload().unwrap().is_empty());
}

#[test]
fn what_cannot_be_handed_on_is_refused_with_a_way_out() {
    let refusal = |line| parse(line).workload().unwrap_err().to_string();
    assert!(refusal("square --quick").contains("before the workload"));
    assert!(refusal("square --rounds=7").contains("before the workload"));
    assert!(refusal("square --trace x.json").contains("run it alone"));
    assert!(refusal("square --show-job=3").contains("the reference alone"));
}

#[test]
fn a_limit_is_a_time_above_zero() {
    assert_eq!(limit("1500ms"), Ok(Duration::from_millis(1500)));
    assert!(limit("0s").is_err() && limit("soon").is_err());
}
