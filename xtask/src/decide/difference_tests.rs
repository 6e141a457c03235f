//! Tests of the comparison of outputs.

use std::io::Cursor;

use super::*;
use crate::measure::Failure;

fn compare(base: &[u8], other: &[u8]) -> Option<Difference> {
    find(&mut Cursor::new(base), &mut Cursor::new(other)).unwrap()
}

/// Missing, extra, reordered, changed; and the first line that differs.
fn counts(base: &str, other: &str) -> ([u64; 4], u64) {
    let lines = |words: &str| {
        words
            .split_whitespace()
            .map(|word| word.to_owned() + "\n")
            .collect()
    };
    let (base, other): (String, String) = (lines(base), lines(other));
    let found = compare(base.as_bytes(), other.as_bytes()).unwrap();
    let Counts {
        missing,
        extra,
        reordered,
        changed,
        by_place,
    } = found.counts;
    assert!(!by_place);
    ([missing, extra, reordered, changed], found.first_line)
}

#[test]
fn identical_outputs_have_no_difference() {
    assert!(compare(b"", b"").is_none());
    assert!(compare(b"1\n2\n", b"1\n2\n").is_none());
}

#[test]
fn each_kind_of_difference_is_counted_as_such() {
    assert_eq!(counts("1 2 3", "1 3"), ([1, 0, 0, 0], 1));
    assert_eq!(counts("1 2 3", "1 2 9 3"), ([0, 1, 0, 0], 2));
    assert_eq!(counts("1 2 3 4", "1 3 2 4"), ([0, 0, 2, 0], 1));
    assert_eq!(counts("1 2 3", "1 9 3"), ([0, 0, 0, 1], 1));
    assert_eq!(counts("1 2 3", ""), ([3, 0, 0, 0], 0));
    assert_eq!(counts("", "1 2"), ([0, 2, 0, 0], 0));
}

#[test]
fn several_differences_are_told_apart() {
    assert_eq!(counts("1 2 3 4 5", "1 3 4 9"), ([1, 0, 0, 1], 1));
    assert_eq!(counts("1 2 3 4 5 6", "2 1 3 4 6 7"), ([1, 1, 2, 0], 0));
    // The line comes first that was last: all have moved.
    assert_eq!(counts("1 2 3 4", "4 1 2 3"), ([0, 0, 4, 0], 0));
}

#[test]
fn equal_lines_are_not_mixed_up() {
    assert_eq!(counts("5 7 5", "7 5"), ([1, 0, 0, 0], 0));
    assert_eq!(counts("1 2 3", "1 2 2 3"), ([0, 1, 0, 0], 2));
    // A line changed into one that is there already.
    assert_eq!(counts("1 2 3 4", "1 3 3 4"), ([0, 0, 0, 1], 1));
}

#[test]
fn a_missing_newline_at_the_end_is_a_difference() {
    let found = compare(b"1\n2\n", b"1\n2").unwrap();
    assert_eq!(found.first_line, 1);
    assert_eq!(found.counts.changed, 1);
}

#[test]
fn huge_lines_and_any_bytes_are_compared_whole() {
    let mut base = vec![b'x'; 3_000_000];
    base.extend(b"\n\xff\xfe\0\n");
    let mut other = base.clone();
    other[2_999_999] = b'y';
    let found = compare(&base, &other).unwrap();
    assert_eq!((found.first_line, found.counts.changed), (0, 1));

    let mut other = base.clone();
    let last = other.len() - 2;
    other[last] = 1;
    let found = compare(&base, &other).unwrap();
    assert_eq!((found.first_line, found.counts.changed), (1, 1));
}

#[test]
fn several_passes_count_the_same_as_one() {
    let base: String = (0..1000).map(|n| format!("{n}\n")).collect();
    let other: String = (0..1000)
        .filter(|n| n % 100 != 50)
        .map(|n| format!("{}\n", if n == 333 { 0 } else { n }))
        .collect();
    let (mut base, mut other) = (Cursor::new(base), Cursor::new(other));
    let mut with = |at_once| {
        let surplus = Surplus::find(&mut base, &mut other, 0, at_once).unwrap();
        assert!(surplus.is_some());
        count(&mut base, &mut other, &Parting::default(), surplus).unwrap()
    };
    let counts = Counts {
        missing: 10,
        changed: 1,
        ..Counts::default()
    };
    let places = [50, 150, 250, 333, 350, 450, 550, 650, 750, 850].map(|line| Place {
        how: if line == 333 {
            How::Changed
        } else {
            How::Missing
        },
        line,
        job: None,
    });
    let expected = (counts, places.to_vec());
    assert_eq!(with(AT_ONCE), expected);
    assert_eq!(with(100), expected);
}

#[test]
fn too_many_differences_are_counted_place_by_place() {
    let (mut base, mut other) = (Cursor::new("1\n2\n3\n"), Cursor::new("4\n5\n"));
    let surplus = Surplus::find(&mut base, &mut other, 0, 2).unwrap();
    assert!(surplus.is_none());
    let expected = Counts {
        missing: 1,
        changed: 2,
        by_place: true,
        ..Counts::default()
    };
    let (counts, places) = count(&mut base, &mut other, &Parting::default(), surplus).unwrap();
    assert_eq!(counts, expected);
    assert_eq!(places.len(), 3);
}

#[test]
fn the_first_byte_is_found_in_the_output_and_in_its_line() {
    let first = |base: &str, other: &str| {
        let found = compare(base.as_bytes(), other.as_bytes()).unwrap();
        (found.first_byte, found.first_line, found.column)
    };
    assert_eq!(first("10\n200\n3\n", "10\n250\n3\n"), (4, 1, 1));
    assert_eq!(first("1\n2\n3\n", "1\n3\n"), (2, 1, 0));
    assert_eq!(first("1\n", "1\n2\n"), (2, 1, 0));
    assert_eq!(first("1\n", "1"), (1, 0, 1));
    assert_eq!(first("1", "1\n2\n"), (1, 0, 1));
    assert_eq!(first("", "1\n"), (0, 0, 0));
    let mut base = vec![b'x'; 3_000_000];
    base[1_000_000] = b'\n';
    let mut other = base.clone();
    other[2_500_000] = b'y';
    let found = compare(&base, &other).unwrap();
    let (byte, column) = (found.first_byte, found.column);
    assert_eq!((byte, found.first_line, column), (2_500_000, 1, 1_499_999));
}

/// In which way, and which line, or which job.
fn places(found: &Difference) -> Vec<(How, u64, Option<u64>)> {
    let places = found.places.iter();
    places
        .map(|place| (place.how, place.line, place.job))
        .collect()
}

#[test]
fn the_first_places_are_remembered_in_order() {
    use How::{Changed, Extra, Missing, Reordered};
    let found = compare(b"1\n2\n3\n4\n5\n6\n", b"9\n0\n2\n4\n3\n5\n7\n8\n").unwrap();
    assert_eq!(
        places(&found),
        [
            (Changed, 0, None),
            (Extra, 1, None),
            (Reordered, 2, None),
            (Reordered, 3, None),
            (Changed, 5, None),
            (Extra, 7, None),
        ]
    );
    let found = compare(b"1\n2\n3\n", b"2\n").unwrap();
    assert_eq!(places(&found), [(Missing, 0, None), (Missing, 2, None)]);

    let many = |offset: u32| -> String { (0..99).map(|n| format!("{}\n", n + offset)).collect() };
    let found = compare(many(0).as_bytes(), many(1000).as_bytes()).unwrap();
    assert_eq!((found.places.len(), found.counts.changed), (10, 99));
}

#[test]
fn lines_of_the_base_are_named_by_their_jobs() {
    let failure = |index| Failure {
        index,
        kind: "failed".to_owned(),
        message: String::new(),
    };
    // Jobs 0 and 3 have no line.
    let report = Report {
        jobs: 6,
        failures: vec![failure(0), failure(3)],
        failed: [("failed".to_owned(), 2)].into(),
        ..Report::default()
    };
    let mut found = compare(b"1\n2\n4\n5\n", b"1\n2\n9\n5\n6\n").unwrap();
    assert_eq!(found.first_job, None);
    found.name_jobs(&report);
    assert_eq!(found.first_job, Some(4));
    let expected = [(How::Changed, 2, Some(4)), (How::Extra, 4, None)];
    assert_eq!(places(&found), expected);

    // What comes after the last line is of no job.
    let mut found = compare(b"1\n2\n4\n5\n", b"1\n2\n4\n5\n6\n").unwrap();
    found.name_jobs(&report);
    assert_eq!((found.first_line, found.first_job), (4, None));
}
