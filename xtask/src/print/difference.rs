//! How an output differs, in words and as a piece of a diff.

use std::ops::Range;

use crate::decide::{Counts, Difference, How, Place, Side};

/// Without a newline at the end.
pub(crate) fn difference(base: &str, name: &str, found: &Difference) -> String {
    let Difference {
        first_byte,
        first_line,
        column,
        counts,
        excerpt,
        ..
    } = found;
    let job = found.first_job;
    let job = job.map_or(String::new(), |job| format!(", of job {job}"));
    let mut text = format!(
        "{name} differs from {base} first in line {first_line}{job} (counting from 0): {}\n",
        self::counts(counts)
    );
    if let Some(input) = &found.input {
        text += &format!("its input: {input}\n");
    }
    text += &format!(
        "first byte that differs: byte {column} of the line, byte {first_byte} of the output\n"
    );
    text += &places(&found.places, counts);
    let (from, to) = (range(&excerpt.base), range(&excerpt.other));
    text += &format!("\n--- {base}\n+++ {name}\n@@ -{from} +{to} @@");
    for (side, line) in &excerpt.lines {
        let sign = match side {
            Side::Both => ' ',
            Side::Base => '-',
            Side::Other => '+',
        };
        text += &format!("\n{sign}{line}");
    }
    text
}

/// Which lines differ, by the job that they are of if that is known.
fn places(places: &[Place], counts: &Counts) -> String {
    let all = counts.missing + counts.extra + counts.reordered + counts.changed;
    let mut text = match places.len() {
        shown if (shown as u64) < all => format!("differing, the first {shown} of {all}:"),
        _ => "differing:".to_owned(),
    };
    let hows = [How::Missing, How::Extra, How::Reordered, How::Changed];
    let mut separator = "";
    for how in hows {
        for (what, is_job) in [("job", true), ("line", false)] {
            let alike = places.iter().filter(|place| place.how == how);
            let indexes: Vec<_> = alike
                .filter(|place| place.job.is_some() == is_job)
                .map(|place| place.job.unwrap_or(place.line).to_string())
                .collect();
            if !indexes.is_empty() {
                let s = if indexes.len() == 1 { "" } else { "s" };
                let (name, indexes) = (name(how), indexes.join(", "));
                text += &format!("{separator} {name} {what}{s} {indexes}");
                separator = ";";
            }
        }
    }
    text
}

fn name(how: How) -> &'static str {
    match how {
        How::Missing => "missing",
        How::Extra => "extra",
        How::Reordered => "reordered",
        How::Changed => "changed",
    }
}

fn counts(counts: &Counts) -> String {
    let Counts {
        missing,
        extra,
        reordered,
        changed,
        by_place,
    } = counts;
    let by_place = if *by_place {
        " (place by place: too many differ to tell)"
    } else {
        ""
    };
    format!("{missing} missing, {extra} extra, {reordered} reordered, {changed} changed{by_place}")
}

/// A diff counts lines from 1, and names the line before an empty range.
fn range(lines: &Range<u64>) -> String {
    let length = lines.end - lines.start;
    let first = lines.start + u64::from(length > 0);
    if length == 1 {
        format!("{first}")
    } else {
        format!("{first},{length}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::Excerpt;

    #[test]
    fn reads_like_a_unified_diff() {
        let found = Difference {
            first_byte: 3,
            first_line: 1,
            column: 1,
            first_job: Some(2),
            input: Some("[2]".to_owned()),
            counts: Counts {
                changed: 1,
                ..Counts::default()
            },
            places: vec![place(How::Changed, 1, Some(2))],
            excerpt: Excerpt {
                base: 0..2,
                other: 0..2,
                lines: vec![
                    (Side::Both, "0".to_owned()),
                    (Side::Base, "04".to_owned()),
                    (Side::Other, "05".to_owned()),
                ],
            },
        };
        let expected = "async-pattern differs from workload first in line 1, of job 2 \
                        (counting from 0): 0 missing, 0 extra, 0 reordered, 1 changed\n\
                        its input: [2]\n\
                        first byte that differs: byte 1 of the line, byte 3 of the output\n\
                        differing: changed job 2\n\
                        --- workload\n+++ async-pattern\n@@ -1,2 +1,2 @@\n 0\n-04\n+05";
        assert_eq!(difference("workload", "async-pattern", &found), expected);
    }

    fn place(how: How, line: u64, job: Option<u64>) -> Place {
        Place { how, line, job }
    }

    #[test]
    fn places_are_told_by_how_they_differ() {
        let some = [
            place(How::Changed, 3, Some(4)),
            place(How::Extra, 9, None),
            place(How::Changed, 11, Some(12)),
            place(How::Changed, 700, None),
        ];
        let counts = |changed| Counts {
            extra: 1,
            changed,
            ..Counts::default()
        };
        let told = "extra line 9; changed jobs 4, 12; changed line 700";
        assert_eq!(places(&some, &counts(3)), format!("differing: {told}"));
        assert_eq!(
            places(&some, &counts(8)),
            format!("differing, the first 4 of 9: {told}")
        );
    }

    #[test]
    fn ranges_are_written_as_diff_writes_them() {
        assert_eq!(
            [range(&(0..0)), range(&(4..5)), range(&(4..7))],
            ["0,0", "5", "5,3"]
        );
    }
}
