//! The page in a real browser.

use ::tests::browser::{Browser, inspect};

use super::{invented, render};

#[test]
fn the_page_looks_right_in_a_browser() {
    let Some(mut browser) = Browser::start() else {
        eprintln!("skipped: there is no Chromium here");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    for (name, (document, pictures)) in invented::all() {
        let file = folder.path().join(name).with_extension("html");
        std::fs::write(&file, render(&document, &pictures)).unwrap();
        inspect(&mut browser, &file);
    }
}
