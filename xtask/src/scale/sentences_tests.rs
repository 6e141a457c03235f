//! What the sentences say of invented measurements.

use super::super::invented::document;
use super::*;

fn said(workers: &[usize], cores: usize) -> String {
    sentences(&document(workers, cores)).join("\n")
}

#[test]
fn a_law_of_scaling_names_the_peak() {
    let said = said(&[1, 2, 3, 4, 6, 8, 64], 8);
    assert!(said.contains("(8 cores, Invented 9000)"), "{said}");
    assert!(said.contains("The loop does 100 jobs a second."), "{said}");
    assert!(
        said.contains("from its 6 points, has contention 5.0% and coherency 0.20%"),
        "{said}"
    );
    assert!(said.contains("with 22 workers."), "{said}");
    assert!(!said.contains("Mind that"), "{said}");
    assert!(
        said.contains("With 64 workers on 8 cores it does 0.96 times its best"),
        "{said}"
    );
    assert!(said.contains("Warning: It was invented."), "{said}");
}

#[test]
fn a_law_across_the_cores_says_so() {
    let said = said(&[1, 2, 3, 4, 6, 8], 2);
    assert!(
        said.contains("Mind that 4 of the 6 points have more workers"),
        "{said}"
    );
    assert!(
        said.contains("with 22 workers, more than were measured."),
        "{said}"
    );
}

#[test]
fn a_law_that_is_far_from_its_points_says_nothing() {
    let mut document = document(&[1, 2, 3, 4, 6, 8], 8);
    let fit = document.curves[0].fit.as_mut().unwrap();
    fit.law.residual = 0.15;
    let said = law(&document.curves[0], &document.curves[0].fit.unwrap());
    assert_eq!(
        said,
        "Its 6 points are off by 15% from any law of scaling: too far to rely on one."
    );
}

#[test]
fn too_few_points_are_said_to_be() {
    let said = said(&[1, 2, 3, 4], 8);
    assert!(
        said.contains("needs 6 numbers of workers, and these are 4: name more"),
        "{said}"
    );
    assert!(
        said.contains("Amdahl's law of its 4 points up to the cores has contention"),
        "{said}"
    );
    assert!(!said.contains("With 4 workers on"), "{said}");
}

#[test]
fn the_page_of_a_terminal_is_80_wide() {
    let text = text(&document(&[1, 2, 3, 4, 6, 8, 1024], 2));
    let too_wide = text.lines().find(|line| line.chars().count() > WIDTH);
    assert_eq!(too_wide, None, "{text}");
}

#[test]
fn parts_have_two_digits() {
    let shown = [0.0, 0.5, 0.031, 0.000_021, 1.234].map(percent);
    assert_eq!(shown, ["0%", "50%", "3.1%", "0.0021%", "123%"]);
}
