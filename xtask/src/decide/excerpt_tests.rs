//! Tests of the piece of a diff.

use std::io::Cursor;

use super::super::difference;
use super::*;

fn excerpt(base: &[u8], other: &[u8]) -> Excerpt {
    let found = difference::find(&mut Cursor::new(base), &mut Cursor::new(other));
    found.unwrap().unwrap().excerpt
}

fn shown(excerpt: &Excerpt) -> Vec<String> {
    let sign = |side| match side {
        Side::Both => ' ',
        Side::Base => '-',
        Side::Other => '+',
    };
    let lines = excerpt.lines.iter();
    lines
        .map(|(side, text)| format!("{}{text}", sign(*side)))
        .collect()
}

fn numbers(numbers: impl Iterator<Item = u32>) -> Vec<u8> {
    numbers
        .flat_map(|n| format!("{n}\n").into_bytes())
        .collect()
}

#[test]
fn a_change_is_shown_with_what_stands_around_it() {
    let base = numbers(0..1000);
    let other = numbers((0..1000).map(|n| if n == 500 { 7 } else { n }));
    let excerpt = excerpt(&base, &other);
    let expected = [" 497", " 498", " 499", "-500", "+7", " 501", " 502", " 503"];
    assert_eq!(shown(&excerpt), expected);
    assert_eq!((excerpt.base, excerpt.other), (497..504, 497..504));
}

#[test]
fn a_missing_line_does_not_make_those_after_it_look_changed() {
    let excerpt = excerpt(&numbers(0..100), &numbers((0..100).filter(|n| *n != 1)));
    assert_eq!(shown(&excerpt), [" 0", "-1", " 2", " 3", " 4"]);
    assert_eq!((excerpt.base, excerpt.other), (0..5, 0..4));
}

#[test]
fn outputs_that_have_nothing_in_common_are_capped() {
    let excerpt = excerpt(&numbers(0..10_000), &numbers(20_000..30_000));
    assert_eq!(excerpt.lines.len(), 12);
    assert_eq!(excerpt.lines[5].1, "… and 19 more");
}

#[test]
fn lines_that_differ_look_different() {
    let long = |last: char| format!("{}é{last}\n", "x".repeat(71)).into_bytes();
    let pairs: [(&[u8], &[u8]); 5] = [
        (&long('a'), &long('b')),
        (b"\xff\n", b"\xfe\n"),
        (b"\0\n", b"\\x00\n"),
        (b"a\n", b"a"),
        (b"\xff\n", b"\xff"),
    ];
    for (base, other) in pairs {
        let lines = excerpt(base, other).lines;
        assert_eq!(lines.len(), 2);
        assert_ne!(lines[0].1, lines[1].1);
    }
}

#[test]
fn lines_in_hex_are_capped_like_others() {
    let lines = |byte: u8| -> Vec<u8> {
        let lines = (0..100).map(|n| [&[n + 128; 20][..], &[byte, b'\n']].concat());
        [b"a\nb\nc\n".to_vec(), lines.collect::<Vec<_>>().concat()].concat()
    };
    let shown = shown(&excerpt(&lines(1), &lines(2)));
    assert_eq!(shown.len(), 3 + 5 + 5, "{shown:#?}");
    assert_eq!(shown[3].get(..10), Some("-00000000:"));
    assert_eq!(
        (&*shown[7], &*shown[12]),
        ("-… and 22 more", "+… and 22 more")
    );
}

#[test]
fn many_small_changes_are_capped() {
    let base = numbers(0..100);
    let other = numbers((0..100).map(|n| if n % 4 == 3 { 1000 + n } else { n }));
    let shown = shown(&excerpt(&base, &other));
    assert_eq!(shown.len(), ROWS);
    assert!(shown[ROWS - 1].starts_with(" … and "), "{shown:#?}");
}

#[test]
fn lines_that_begin_alike_are_told_apart_also_when_one_is_missing() {
    let lines = |middles: &[&str]| {
        let line = |middle: &&str| format!("{}{middle}{}\n", "x".repeat(500), "y".repeat(500));
        middles.iter().map(line).collect::<String>().into_bytes()
    };
    let found = shown(&excerpt(&lines(&["a", "b", "c"]), &lines(&["a", "c"])));
    let seen: Vec<_> = found.iter().map(|row| row.replace('x', "")).collect();
    let beginnings: Vec<_> = seen.iter().filter_map(|row| row.get(..5)).collect();
    assert_eq!(beginnings, [" …a", "-…b", " …c"], "{found:#?}");
    let found = shown(&excerpt(&lines(&["\0", "\x01"]), &lines(&["\x01"])));
    assert!(
        found[0].starts_with("-000001f0: ") && found[0].contains(" 00 79 "),
        "{found:#?}"
    );
    assert!(
        found[1].starts_with(" 000001f0: ") && found[1].contains(" 01 79 "),
        "{found:#?}"
    );
}
