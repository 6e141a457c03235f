//! Tests of the comparison of outputs.

use std::io::Cursor;

use super::*;

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
        count(&mut base, &mut other, 0, surplus).unwrap()
    };
    let expected = Counts {
        missing: 10,
        changed: 1,
        ..Counts::default()
    };
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
    assert_eq!(count(&mut base, &mut other, 0, surplus).unwrap(), expected);
}
