//! How an output differs, in words and as a piece of a diff.

use std::ops::Range;

use crate::decide::{Counts, Difference, Side};

/// Without a newline at the end.
pub(crate) fn difference(base: &str, name: &str, found: &Difference) -> String {
    let line = found.first_line;
    let job = found.first_job;
    let job = job.map_or(String::new(), |job| format!(", of job {job}"));
    let counts = counts(&found.counts);
    let excerpt = &found.excerpt;
    let (from, to) = (range(&excerpt.base), range(&excerpt.other));
    let mut text = format!(
        "{name} differs from {base} first in line {line}{job} (counting from 0): {counts}\n\
         --- {base}\n+++ {name}\n@@ -{from} +{to} @@"
    );
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
            first_line: 1,
            first_job: Some(2),
            counts: Counts {
                changed: 1,
                ..Counts::default()
            },
            excerpt: Excerpt {
                base: 0..2,
                other: 0..2,
                lines: vec![
                    (Side::Both, "0".to_owned()),
                    (Side::Base, "4".to_owned()),
                    (Side::Other, "5".to_owned()),
                ],
            },
        };
        let expected = "async-pattern differs from workload first in line 1, of job 2 \
                        (counting from 0): 0 missing, 0 extra, 0 reordered, 1 changed\n\
                        --- workload\n+++ async-pattern\n@@ -1,2 +1,2 @@\n 0\n-4\n+5";
        assert_eq!(difference("workload", "async-pattern", &found), expected);
    }

    #[test]
    fn ranges_are_written_as_diff_writes_them() {
        assert_eq!(
            [range(&(0..0)), range(&(4..5)), range(&(4..7))],
            ["0,0", "5", "5,3"]
        );
    }
}
