//! Addresses of pages: which are accepted, and where a redirect leads.

use anyhow::{bail, ensure};
use http::Uri;
use http::uri::{Authority, Scheme};
use iri_string::types::{IriAbsoluteStr, IriReferenceStr};

use super::error::FetchError;

/// The address that a text names.
pub(super) fn parse(text: &str) -> anyhow::Result<Uri> {
    const ACCEPTED: &str =
        "accepted is a URL like http://host/path or https://host:8443/path?query";
    let Ok(url) = text.parse::<Uri>() else {
        bail!("{text:?} is no URL; {ACCEPTED}");
    };
    let scheme = url.scheme();
    ensure!(
        scheme == Some(&Scheme::HTTP) || scheme == Some(&Scheme::HTTPS),
        "{text:?} begins neither with http:// nor with https://; {ACCEPTED}"
    );
    let authority = url.authority();
    ensure!(
        authority.is_some_and(|to| !to.as_str().contains('@')),
        "the URL has a user's name or password in it, which would be printed; {ACCEPTED}"
    );
    ensure!(
        authority.is_some_and(|to| !to.host().is_empty()),
        "{text:?} names no host; {ACCEPTED}"
    );
    let is_host = |to: &Authority| to.as_str() == to.host();
    ensure!(
        authority.is_some_and(|to| is_host(to) || to.port_u16().is_some()),
        "{text:?} has no number up to 65535 after the host's colon; {ACCEPTED}"
    );
    Ok(url)
}

/// Where a redirect leads that was met at `base` (RFC 3986, section 5).
pub(super) fn resolve(base: &Uri, location: &[u8]) -> Result<Uri, FetchError> {
    let resolved = || {
        let base = base.to_string();
        let base = IriAbsoluteStr::new(&base).ok()?;
        let location = IriReferenceStr::new(std::str::from_utf8(location).ok()?).ok()?;
        let target = location.resolve_against(base).to_string();
        parse(&target).ok()
    };
    resolved().ok_or(FetchError::BadRedirect)
}

/// The host and port to connect to.
pub(super) fn address(url: &Uri) -> String {
    let port = if is_secure(url) { 443 } else { 80 };
    let port = url.port_u16().unwrap_or(port);
    format!("{}:{port}", url.host().unwrap_or_default())
}

/// Whether it is to be asked through TLS.
pub(super) fn is_secure(url: &Uri) -> bool {
    url.scheme() == Some(&Scheme::HTTPS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_address_of_a_page_is_refused() {
        for good in [
            "http://h",
            "https://h:8443/a/b?c=d#e",
            "HTTP://127.0.0.1:80/",
            "http://[::1]:8080/x",
            "http://h/ü",
        ] {
            assert!(parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "h",
            "/path",
            "ftp://h/",
            "http://",
            "http:///x",
            "http://h:/",
            "http://h:99999/",
            "http://user:word@h/",
            "http://h/a b",
            "http://h/\n",
            "mailto:a@b",
        ] {
            assert!(parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_scheme_has_its_port_unless_another_is_named() {
        for (url, expected) in [
            ("http://h/", "h:80"),
            ("https://h/", "h:443"),
            ("https://h:80/", "h:80"),
            ("http://[::1]/", "[::1]:80"),
        ] {
            assert_eq!(address(&parse(url).unwrap()), expected);
        }
    }

    #[test]
    fn a_redirect_is_resolved_against_where_it_was_met() {
        let base = parse("https://h:1/a/b?c").unwrap();
        for (location, target) in [
            ("http://other/x", "http://other/x"),
            ("//other/x", "https://other/x"),
            ("/x/../y", "https://h:1/y"),
            ("x", "https://h:1/a/x"),
            ("../x?y#z", "https://h:1/x?y"),
            ("?d", "https://h:1/a/b?d"),
            ("", "https://h:1/a/b?c"),
        ] {
            let resolved = resolve(&base, location.as_bytes()).map(|url| url.to_string());
            assert_eq!(resolved, Ok(target.to_owned()), "{location:?}");
        }
        for bad in [
            &b"file:///etc/passwd"[..],
            b"http://",
            b"a b",
            b"\xff",
            b"http://u@h/",
        ] {
            assert_eq!(resolve(&base, bad), Err(FetchError::BadRedirect));
        }
    }
}
