//! What all four programs make of the same URLs.

use tests::binaries::{ALL, Ran, run_with};

use crate::host::Host;

/// The lines for "hello" and for nothing, without the URL.
pub(crate) const HELLO: &str =
    "200 5 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
pub(crate) const NOTHING: &str =
    "200 0 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Fetches on all programs, which have to say the same; gives what they say. The summary and what
/// follows it are left out: there are times in it.
pub(crate) fn fetch(options: &str, urls: &[String]) -> Ran {
    let mut same: Option<Ran> = None;
    for name in ALL {
        let options = options.split_whitespace().map(str::to_owned);
        let arguments = ["-w".to_owned(), "3".to_owned(), "fetch".to_owned()].into_iter();
        let mut ran = run_with(name, arguments.chain(options).chain(urls.iter().cloned()));
        let summary = format!("{name}: ");
        let failures = |line: &String| !line.starts_with(&summary);
        let failures = ran.stderr.iter().take_while(|line| failures(line)).count();
        ran.stderr.truncate(failures);
        if let Some(same) = &same {
            assert_eq!(ran.stderr, same.stderr, "{name}");
            assert_eq!(ran.stdout, same.stdout, "{name}");
            assert_eq!(ran.code, same.code, "{name}");
        }
        same = Some(ran);
    }
    same.unwrap()
}

/// Fetches these paths on all programs, each of which must come to this end: a line without its URL,
/// or the words of a failure.
pub(crate) fn all_say(host: &Host, options: &str, expected: &[(&str, &str)]) {
    let urls: Vec<_> = expected.iter().map(|(path, _)| host.url(path)).collect();
    let ran = fetch(options, &urls);
    let (mut lines, mut failures) = (Vec::new(), Vec::new());
    for (index, (url, (_, end))) in urls.iter().zip(expected).enumerate() {
        if end.starts_with(|first: char| first.is_ascii_digit()) {
            lines.push(format!("{end} {url}"));
        } else {
            failures.push(format!("job {index}: failed: {url}: {end}"));
        }
    }
    assert_eq!(ran.stdout.lines().collect::<Vec<_>>(), lines);
    assert_eq!(ran.stderr, failures);
    assert_eq!(ran.code, Some(if failures.is_empty() { 0 } else { 3 }));
}
