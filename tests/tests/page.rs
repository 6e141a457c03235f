//! The page that `compare --report` writes, in a real browser.

#![allow(clippy::unwrap_used, reason = "a test may")]

use tests::binaries::cargo;
use tests::browser::{Browser, inspect};

#[test]
fn the_page_of_a_comparison_looks_right() {
    let Some(mut browser) = Browser::start() else {
        eprintln!("skipped: there is no Chromium here");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("report.html");
    let output = cargo()
        .args(["xtask", "compare", "--report"])
        .arg(&page)
        .args(["--quick", "square", "--count", "1000"])
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    inspect(&mut browser, &page);
    let heading = browser.evaluate("document.querySelector('h1').textContent");
    assert_eq!(heading, "square --count 1000");
    let programs = browser.evaluate("document.querySelectorAll('#numbers tbody tr').length");
    assert_eq!(programs, 4);
}
