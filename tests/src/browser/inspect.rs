//! A page is looked at as a reader would: on a phone and on a desk, by day and by night.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::Browser;

/// Opens a page, and fails the test if it fetches or complains about anything, or looks wrong.
///
/// With `SCREENSHOTS=FOLDER` in the environment, what it looks like is kept there.
pub fn inspect(browser: &mut Browser, page: &Path) {
    browser.open(page);
    let name = page.file_stem().unwrap().to_string_lossy().into_owned();
    for width in [375, 1200] {
        for scheme in ["light", "dark"] {
            browser.look("screen", width, scheme);
            assert_nothing_wrong(browser, &format!("{name}, {width}, {scheme}"));
            let shot = browser.screenshot();
            keep(&format!("{name}-{width}-{scheme}.png"), &shot);
            let picture = Picture::decode(&shot);
            assert_eq!(picture.width, width, "{name}");
            assert!(picture.height > 900, "{name}: {} high", picture.height);
            assert!(picture.colors() > 20, "{name}, {width}, {scheme}");
            assert_eq!(picture.is_light(), scheme == "light", "{name}, {width}");
        }
    }
    // A sheet of A4 between its margins, printed from a dark screen.
    browser.look("print", 718, "dark");
    assert_nothing_wrong(browser, &format!("{name}, printed"));
    let printed = browser.print();
    keep(&format!("{name}.pdf"), &printed);
    assert!(printed.starts_with(b"%PDF"), "{name}");
    let troubles: Vec<_> = browser
        .events
        .iter()
        .filter(|event| is_trouble(event))
        .collect();
    assert!(troubles.is_empty(), "{name}: {troubles:#?}");
    let is_request = |event: &&Value| event["method"] == "Network.requestWillBeSent";
    let requests: Vec<_> = browser.events.iter().filter(is_request).collect();
    // The page itself.
    assert_eq!(requests.len(), 1, "{name}: {requests:#?}");
}

fn assert_nothing_wrong(browser: &mut Browser, shown: &str) {
    let wrong = browser.evaluate(include_str!("inspect.js"));
    assert_eq!(wrong, Value::Array(Vec::new()), "{shown}: {wrong:#}");
}

/// Whether something came to the console, or went wrong without.
fn is_trouble(event: &Value) -> bool {
    let troubles = [
        "Log.entryAdded",
        "Network.loadingFailed",
        "Runtime.consoleAPICalled",
        "Runtime.exceptionThrown",
    ];
    troubles.iter().any(|trouble| event["method"] == *trouble)
}

fn keep(name: &str, bytes: &[u8]) {
    if let Some(folder) = std::env::var_os("SCREENSHOTS") {
        let folder = Path::new(&folder);
        std::fs::create_dir_all(folder).unwrap();
        std::fs::write(folder.join(name), bytes).unwrap();
    }
}

/// Pixels, with so many bytes each.
struct Picture {
    width: u32,
    height: u32,
    pixel: usize,
    bytes: Vec<u8>,
}

impl Picture {
    fn decode(file: &[u8]) -> Self {
        let mut reader = png::Decoder::new(std::io::Cursor::new(file))
            .read_info()
            .unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut bytes).unwrap();
        assert_eq!(info.bit_depth, png::BitDepth::Eight);
        Self {
            width: info.width,
            height: info.height,
            pixel: info.color_type.samples(),
            bytes,
        }
    }

    /// Pixels of all parts of the page: there are millions, and some thousands tell enough.
    fn some(&self) -> impl Iterator<Item = &[u8]> {
        self.bytes.chunks(self.pixel).step_by(97)
    }

    fn colors(&self) -> usize {
        self.some().collect::<BTreeSet<_>>().len()
    }

    /// Whether most of the page is.
    fn is_light(&self) -> bool {
        let light = self.some().filter(|pixel| pixel[0] > 127).count();
        light * 2 > self.some().count()
    }
}
