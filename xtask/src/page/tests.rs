//! The page of invented comparisons: what stands on it, and that it is whole.

use std::collections::BTreeSet;

use super::{Pictures, invented, render};
use crate::document::{Document, Output};
use crate::print::seconds;

/// All tags as they come: the name, and what follows it.
fn tags(page: &str) -> impl Iterator<Item = (&str, &str)> {
    let tags = page.split('<').skip(1);
    tags.filter_map(|tag| {
        let inner = tag.split('>').next()?;
        Some(inner.split_once(' ').unwrap_or((inner, "")))
    })
}

/// The values of an attribute, wherever it is.
fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    let attribute = format!(" {attribute}=\"");
    let found = page.split(&attribute as &str).skip(1);
    found.filter_map(|rest| rest.split('"').next()).collect()
}

fn is_there(page: &str, id: &str) -> bool {
    values(page, "id").contains(&id)
}

#[test]
fn every_tag_is_closed_where_it_was_opened() {
    for (name, (document, pictures)) in invented::all() {
        let page = render(&document, &pictures);
        let mut open = Vec::new();
        for (tag, attributes) in tags(&page) {
            let attributes = attributes.split('"').step_by(2).map(str::trim);
            let mut attributes: Vec<_> = attributes.collect();
            attributes.sort_unstable();
            assert!(
                attributes.windows(2).all(|pair| pair[0] != pair[1]),
                "{name}: {tag}"
            );
            match tag.strip_prefix('/') {
                Some(closed) => assert_eq!(open.pop(), Some(closed), "{name}"),
                None if ["!DOCTYPE", "meta"].contains(&tag) => {}
                None => open.push(tag),
            }
        }
        assert!(open.is_empty(), "{name}: {open:?}");
    }
}

#[test]
fn every_picture_is_told_in_words() {
    for (name, (document, pictures)) in invented::all() {
        let page = render(&document, &pictures);
        let ids = values(&page, "id");
        let unique: BTreeSet<_> = ids.iter().collect();
        assert_eq!(unique.len(), ids.len(), "{name}: {ids:?}");
        let pictures = tags(&page).filter(|(tag, rest)| *tag == "svg" && rest.contains("role"));
        assert!(pictures.count() > 3, "{name}");
        let labels = values(&page, "aria-labelledby");
        assert_eq!(labels.len(), page.matches("role=\"img\"").count(), "{name}");
        for id in labels.iter().flat_map(|label| label.split(' ')) {
            let text = page.split(&format!("id=\"{id}\">") as &str).nth(1).unwrap();
            assert!(text.find('<').unwrap() > 10, "{name}: {id} says nothing");
        }
    }
}

#[test]
fn nothing_leads_elsewhere_and_no_script_runs() {
    for (name, (document, pictures)) in invented::all() {
        let page = render(&document, &pictures);
        let page = page.to_lowercase();
        for lead in [
            "http:",
            "https:",
            " src=",
            " href=",
            "@import",
            "<script",
            "<link",
            "javascript:",
        ] {
            assert!(!page.contains(lead), "{name}: {lead}");
        }
        assert_eq!(
            page.matches("url(").count(),
            page.matches("url(#").count(),
            "{name}"
        );
        assert!(page.contains("content=\"default-src 'none'; style-src 'unsafe-inline'\""));
        assert!(page.len() < 300_000, "{name}: {} bytes", page.len());
    }
}

#[test]
fn what_is_known_has_its_section_and_what_is_not_has_none() {
    let (document, pictures) = invented::waiting();
    let page = render(&document, &pictures);
    let all = [
        "verdict",
        "warnings",
        "timeline",
        "numbers",
        "wall",
        "ratios",
        "distribution",
        "memory",
        "machine",
        "method",
    ];
    for id in all {
        assert!(is_there(&page, id), "{id}");
    }
    for id in ["differences", "break-even", "scaling", "survival"] {
        assert!(!is_there(&page, id), "{id}");
    }
    let (_, pictures) = invented::extra();
    let page = render(&document, &pictures);
    for id in ["break-even", "scaling", "survival"] {
        assert!(is_there(&page, id), "{id}");
    }
    let page = render(&Document::of(Vec::new()), &Pictures::default());
    for id in [
        "timeline",
        "wall",
        "ratios",
        "distribution",
        "memory",
        "warnings",
    ] {
        assert!(!is_there(&page, id), "{id}");
    }
}

#[test]
fn the_numbers_are_those_of_the_document() {
    let (document, pictures) = invented::computing();
    let page = render(&document, &pictures);
    let mut dots = 0;
    for entry in &document.programs {
        let wall = entry.wall.unwrap();
        let interval = format!(
            "{} to {}",
            seconds(wall.low.unwrap()),
            seconds(wall.high.unwrap())
        );
        assert!(page.contains(&format!(
            "<b>{}</b><small>{interval}</small>",
            seconds(wall.median)
        )));
        for run in &entry.runs {
            let dot = format!("<title>round {}: {}</title>", run.round, seconds(run.wall));
            assert!(page.contains(&dot), "{dot}");
        }
        let ratios = entry.against_fastest.as_ref();
        dots += entry.runs.len() + ratios.map_or(0, |ratios| ratios.by_round.len());
        let inside = entry.inside.as_ref().unwrap();
        let peak = crate::print::bytes(inside.peak_memory.unwrap());
        assert!(page.contains(&format!("<td>{peak}</td>")), "{peak}");
    }
    assert_eq!(page.matches("<circle cx").count(), dots);
    let advice = document.verdict.unwrap();
    for words in [
        &advice.headline,
        &advice.reason,
        &advice.otherwise.unwrap(),
        &advice.risk.unwrap(),
    ] {
        assert!(page.contains(words as &str), "{words}");
    }
    assert!(page.contains("2 workers · 12 rounds · <time"));
}

#[test]
fn outputs_that_differ_are_shown_and_nothing_is_ranked() {
    let (document, pictures) = invented::differing();
    let page = render(&document, &pictures);
    assert!(is_there(&page, "differences"));
    assert!(!is_there(&page, "ratios"));
    assert!(page.contains("The outputs differ"));
    assert!(page.contains("DIFFERS"));
    assert!(
        page.contains("-4 &lt;none&gt;\n+5"),
        "the difference, as it is"
    );
}

#[test]
fn a_lost_run_is_said_to_be_lost() {
    let (document, pictures) = invented::lost();
    let page = render(&document, &pictures);
    let lost = document
        .programs
        .iter()
        .filter(|entry| entry.output == Output::Lost);
    for entry in lost {
        assert!(page.contains(entry.note.as_ref().unwrap() as &str));
        assert!(!is_there(&page, &format!("wall-{}", entry.name)));
    }
    assert!(page.contains("whole run lost"));
}

#[test]
fn what_the_data_says_is_no_markup() {
    const EVIL: &str = "</style><script>alert(\"1\")</script>&'";
    let (mut document, mut pictures) = invented::differing();
    let evil = || EVIL.to_owned();
    document.workload = evil();
    document.command = evil();
    document.made = evil();
    document.machine.cpu = Some(evil());
    document.warnings = vec![evil()];
    document.notes = vec![evil()];
    document.differences = vec![evil()];
    document.no_verdict = Some(evil());
    let timeline = pictures
        .timelines
        .remove(&document.programs[1].name)
        .unwrap();
    pictures.timelines.insert(evil(), timeline);
    document.programs[1].name = evil();
    document.programs[1].note = Some(evil());
    pictures.survival = invented::extra().1.survival.map(|mut survival| {
        survival.columns[0] = evil();
        survival.rows[0] = (evil(), vec![evil()]);
        survival
    });
    let page = render(&document, &pictures);
    assert!(!page.contains("<script") && !page.contains("alert(\"1\")"));
    assert_eq!(page.matches("</style>").count(), 1);
    let escaped = "&lt;/style&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;'";
    assert!(
        page.matches(escaped).count() > 12,
        "{}",
        page.matches(escaped).count()
    );
}

#[test]
fn many_workers_and_many_jobs_make_no_huge_page() {
    let plan = invented::Plan {
        wall: 10.0,
        workers: 64,
        at_once: 64,
        a_job: 0.011,
        computing: 0.7,
    };
    let (document, pictures) = invented::compared("primes", 50_000, 12, &[plan; 4]);
    let page = render(&document, &pictures);
    assert!(page.len() < 400_000, "{} bytes", page.len());
    assert!(page.contains("and 32 more at the same time"));
}

#[test]
fn only_what_the_verdict_may_name_is_said_to_fit() {
    let (mut document, pictures) = invented::computing();
    let advised = document.verdict.as_ref().expect("a verdict").pattern;
    let mut python = (document.programs.iter())
        .find(|entry| entry.pattern == advised)
        .expect("the one that is named")
        .clone();
    python.name = "python beside".to_owned();
    python.stands = false;
    document.programs.push(python);
    let page = render(&document, &pictures);
    assert!(page.contains("python beside"));
    assert_eq!(page.matches(">fits<").count(), 1);
}
