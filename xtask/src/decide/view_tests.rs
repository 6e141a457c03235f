//! Tests of the rows of a diff.

use std::io::Cursor;

use super::super::lines::Lines;
use super::*;

fn first(bytes: &[u8]) -> (Cursor<&[u8]>, Line) {
    let mut file = Cursor::new(bytes);
    let line = Lines::from(&mut file, 0).unwrap().next().unwrap().unwrap();
    (file, line)
}

fn of_one(bytes: &[u8]) -> String {
    let (mut file, line) = first(bytes);
    let rows = alone(&mut file, &line, 0).unwrap();
    let [row] = rows.as_slice() else {
        panic!("not one row: {rows:?}");
    };
    assert!(row.chars().count() <= COLUMNS, "{row}");
    row.clone()
}

fn of_two(base: &[u8], other: &[u8]) -> [Vec<String>; 2] {
    let ((mut base, line), (mut other, twin)) = (first(base), first(other));
    let rows = pair((&mut base, &line), (&mut other, &twin)).unwrap();
    for row in rows.iter().flatten() {
        assert!(row.chars().count() <= COLUMNS, "{row}");
    }
    rows
}

#[test]
fn a_short_line_is_shown_whole() {
    let line = |last: &str| "x".repeat(COLUMNS - 1) + last;
    let [ours, theirs] = of_two(line("a\n").as_bytes(), line("b\n").as_bytes());
    assert_eq!((&*ours[0], &*theirs[0]), (&*line("a"), &*line("b")));

    assert_eq!(of_one(b"49\n"), "49");
    assert_eq!(of_one(b"\n"), "");
    assert_eq!(of_one(b"49"), "49 (no newline at the end)");
    assert_eq!(of_one("\"é\" \\ 日本\n".as_bytes()), "\"é\" \\ 日本");
    let exactly = "x".repeat(COLUMNS);
    assert_eq!(of_one((exactly.clone() + "\n").as_bytes()), exactly);
}

#[test]
fn a_long_line_is_cut_and_its_length_said() {
    let text = |c: char| format!("{}\n", c.to_string().repeat(1000));
    assert_eq!(
        of_one(text('x').as_bytes()),
        format!("{}… (1001 bytes)", "x".repeat(65))
    );
    assert_eq!(
        of_one(text('日').as_bytes()),
        format!("{}… (3001 bytes)", "日".repeat(32))
    );
}

#[test]
fn what_is_not_text_is_shown_in_hex() {
    assert_eq!(
        of_one(b"Hello, \xff\0\n"),
        "00000000: 48 65 6c 6c 6f 2c 20 ff 00 0a                    |Hello, ...|"
    );
    let long = of_one(&[7; 1000]);
    assert!(long.starts_with("00000000: 07 07 ") && long.ends_with("|................|…"));
    // None of these is seen, or they look like something else.
    for unseen in [
        "a\tb\n",
        "\u{202e}x\n",
        "e\u{301}\n",
        "\u{feff}x\n",
        "a\rb\n",
    ] {
        assert!(
            of_one(unseen.as_bytes()).starts_with("00000000: "),
            "{unseen:?}"
        );
    }
}

#[test]
fn a_long_line_is_shown_where_it_differs() {
    let line = |at: usize, c: char| {
        let mut line: Vec<char> = ('a'..='z').cycle().take(3000).collect();
        line[at] = c;
        line.into_iter().collect::<String>() + "\n"
    };
    for at in [0, 39, 40, 66, 1500, 2990, 2999] {
        let [ours, theirs] = of_two(line(at, 'é').as_bytes(), line(at, '!').as_bytes());
        assert!(
            ours[0].contains('é') && theirs[0].contains('!'),
            "{at}: {ours:?} {theirs:?}"
        );
        assert_eq!(ours[0].starts_with('…'), at >= 40, "{at}");
        assert_eq!(
            ours[0].ends_with("… (3002 bytes)"),
            at < 2990,
            "{at}: {ours:?}"
        );
        // What is the same before it stands one above the other.
        assert_eq!(ours[0].split('é').next(), theirs[0].split('!').next());
    }
    let [ours, _] = of_two(line(1500, '?').as_bytes(), line(1500, '!').as_bytes());
    let expected =
        "…uvwxyzabcdefghijklmnopqr?tuvwxyzabcdefghijklmnopqrstuvwxyzabcdef… (3001 bytes)";
    assert_eq!(ours, [expected]);
}

#[test]
fn a_character_is_not_cut_in_two() {
    // The part that is shown begins in the middle of one.
    let line = |last: &str| format!("x{}{last}\n", "日".repeat(30));
    let [ours, theirs] = of_two(line("aa").as_bytes(), line("ab").as_bytes());
    assert_eq!(ours, [format!("…{}aa", "日".repeat(7))]);
    assert_eq!(theirs, [format!("…{}ab", "日".repeat(7))]);
}

#[test]
fn a_newline_that_is_missing_is_seen() {
    for length in [1, 39, 40, 60, 79, 500] {
        let text = "x".repeat(length);
        let [ours, theirs] = of_two((text.clone() + "\n").as_bytes(), text.as_bytes());
        assert_ne!(ours, theirs);
        assert!(
            theirs[0].ends_with("x (no newline at the end)"),
            "{theirs:?}"
        );
    }
    let [ours, theirs] = of_two(b"\xff\n", b"\xff");
    assert_ne!(ours, theirs);
}

#[test]
fn if_one_is_not_text_both_are_in_hex_around_the_difference() {
    let mut base: Vec<u8> = (b'0'..=b'9').cycle().take(1000).collect();
    let mut other = base.clone();
    base[500] = b'x';
    other[500] = 0xff;
    base.push(b'\n');
    other.push(b'\n');
    let [ours, theirs] = of_two(&base, &other);
    assert_eq!(
        ours,
        [
            "000001e0: 30 31 32 33 34 35 36 37 38 39 30 31 32 33 34 35  |0123456789012345|",
            "000001f0: 36 37 38 39 78 31 32 33 34 35 36 37 38 39 30 31  |6789x12345678901|…",
        ]
    );
    assert_eq!(ours[0], theirs[0]);
    assert!(theirs[1].ends_with("|6789.12345678901|…"), "{theirs:?}");
    // Invisible, but not the same.
    let [ours, theirs] = of_two("é\n".as_bytes(), "e\u{301}\n".as_bytes());
    assert!(ours[0].contains("c3 a9 0a") && theirs[0].contains("65 cc 81 0a"));
}
