//! A host that nobody here wrote: nginx, with HTTP and HTTPS.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;
use tests::system::until;

use crate::equal::{HELLO, fetch};

/// An nginx in a folder of its own, with certificates of its own; it is ended when this is dropped.
struct Nginx {
    child: Child,
    folder: TempDir,
    http: u16,
    https: u16,
}

const CONFIGURATION: &str = "
daemon off;
master_process off;
pid nginx.pid;
error_log error.log;
events { worker_connections 512; }
http {
    access_log access.log;
    client_body_temp_path temporary;
    proxy_temp_path temporary;
    fastcgi_temp_path temporary;
    uwsgi_temp_path temporary;
    scgi_temp_path temporary;
    default_type text/plain;
    server {
        listen 127.0.0.1:HTTP;
        listen 127.0.0.1:HTTPS ssl;
        listen 127.0.0.2:HTTPS ssl;
        ssl_certificate certificate.pem;
        ssl_certificate_key key.pem;
        keepalive_requests 3;
        location / { root pages; }
        location /closed/ { alias pages/; keepalive_timeout 0; }
        location /gzip/ { alias pages/; gzip on; gzip_min_length 1; gzip_types *; }
        location /moved { return 301 /hello; }
        location /far { return 302 http://127.0.0.1:HTTP/hello; }
        location /loop { return 302 /loop; }
        location /slow { alias pages/large; limit_rate 1k; }
        location /silent { return 444; }
        location /teapot { return 418 'short and stout'; }
    }
}
";

impl Nginx {
    /// Starts one. None if there is no nginx here.
    fn start() -> Option<Self> {
        let version = Command::new("nginx")
            .arg("-v")
            .stderr(Stdio::null())
            .status();
        if !version.is_ok_and(|status| status.success()) {
            println!("skipped: there is no nginx here");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        certify(folder.path());
        let pages = folder.path().join("pages");
        fs::create_dir(&pages).unwrap();
        fs::write(pages.join("hello"), "hello").unwrap();
        fs::write(pages.join("large"), "0123456789".repeat(30_000)).unwrap();
        // It cannot choose a port itself, and one that is free now may be taken a moment later.
        for _ in 0..10 {
            let free = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
            let [http, https] = free.map(|listener| listener.local_addr().unwrap().port());
            let text = CONFIGURATION.replace("HTTPS", &https.to_string());
            let text = text.replace("HTTP", &http.to_string());
            fs::write(folder.path().join("configuration"), text).unwrap();
            let mut child = Command::new("nginx")
                .args(["-e", "error.log", "-c", "configuration", "-p"])
                .arg(folder.path())
                .spawn()
                .unwrap();
            let mut ended = false;
            until("nginx listens, or has ended", || {
                ended = child.try_wait().unwrap().is_some();
                ended || TcpStream::connect(("127.0.0.1", https)).is_ok()
            });
            if !ended {
                return Some(Self {
                    child,
                    folder,
                    http,
                    https,
                });
            }
        }
        let log = fs::read_to_string(folder.path().join("error.log"));
        panic!("nginx does not start: {log:?}");
    }

    fn http(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.http)
    }

    fn https(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.https)
    }

    /// The option that has its certificate trusted.
    fn trusted(&self) -> String {
        format!(
            "--ca {}",
            self.folder.path().join("certificate.pem").display()
        )
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Writes a certificate that is its own authority, for the loopback by its name and its number.
fn certify(folder: &Path) {
    let names = ["localhost", "127.0.0.1"].map(str::to_owned);
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    fs::write(folder.join("certificate.pem"), made.cert.pem()).unwrap();
    fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
}

/// What `sha256sum` says of the page, as a line's beginning.
fn digest(nginx: &Nginx, page: &str) -> String {
    let file = nginx.folder.path().join("pages").join(page);
    let length = fs::metadata(&file).unwrap().len();
    let told = Command::new("sha256sum").arg(&file).output().unwrap();
    let told = String::from_utf8(told.stdout).unwrap();
    format!("200 {length} {}", told.split(' ').next().unwrap())
}

#[test]
fn pages_are_the_same_with_and_without_tls_chunks_gzip_and_connections_that_live_on() {
    let Some(nginx) = Nginx::start() else {
        return;
    };
    let large = digest(&nginx, "large");
    let mut expected = Vec::new();
    for _ in 0..4 {
        for path in ["/hello", "/closed/hello", "/gzip/hello", "/moved", "/far"] {
            expected.push((nginx.http(path), HELLO));
            expected.push((nginx.https(path), HELLO));
        }
        for path in ["/large", "/closed/large", "/gzip/large"] {
            expected.push((nginx.http(path), &large));
            expected.push((nginx.https(path), &large));
        }
    }
    let urls: Vec<_> = expected.iter().map(|(url, _)| url.clone()).collect();
    let lines: Vec<_> = expected
        .iter()
        .map(|(url, line)| format!("{line} {url}"))
        .collect();
    let ran = fetch(&nginx.trusted(), &urls);
    assert_eq!(
        ran.stdout.lines().collect::<Vec<_>>(),
        lines,
        "{:?}",
        ran.stderr
    );
    assert_eq!(ran.code, Some(0));
    // Gzip was asked for and given, or else this would test nothing.
    let log = fs::read_to_string(nginx.folder.path().join("access.log")).unwrap();
    let sent = |path: &str| {
        let line = log.lines().find(|line| line.contains(path)).unwrap();
        line.split("\" 200 ")
            .nth(1)
            .unwrap()
            .split(' ')
            .next()
            .unwrap()
            .parse::<usize>()
    };
    assert!(sent("/gzip/large").unwrap() < 30_000, "{log}");
    assert_eq!(sent("/closed/large"), Ok(300_000));
    assert!(log.contains("concurrency-patterns-fetch/"), "{log}");
}

#[test]
fn other_answers_are_told_alike() {
    let Some(nginx) = Nginx::start() else {
        return;
    };
    let (missing, teapot) = (nginx.http("/missing"), nginx.https("/teapot"));
    let (silent, around) = (nginx.http("/silent"), nginx.https("/loop"));
    let options = nginx.trusted();
    let ran = fetch(
        &options,
        &[
            missing.clone(),
            teapot.clone(),
            silent.clone(),
            around.clone(),
        ],
    );
    let lines: Vec<_> = ran.stdout.lines().collect();
    assert!(
        lines[0].starts_with("404 ") && lines[0].ends_with(&missing),
        "{lines:?}"
    );
    assert!(
        lines[1].starts_with("418 15 ") && lines[1].ends_with(&teapot),
        "{lines:?}"
    );
    let failures = [
        format!("job 2: failed: {silent}: closed without an answer"),
        format!("job 3: failed: {around}: too many redirects"),
    ];
    assert_eq!(ran.stderr, failures);

    let ran = fetch("--max-time 500ms", &[nginx.http("/slow")]);
    assert_eq!(
        ran.stderr,
        [format!("job 0: failed: {}: timeout", nginx.http("/slow"))]
    );
}

#[test]
fn a_certificate_that_nobody_vouches_for_or_that_is_for_another_is_refused() {
    let Some(nginx) = Nginx::start() else {
        return;
    };
    let url = nginx.https("/hello");
    let refused = |url: &str| [format!("job 0: failed: {url}: tls")];
    // Mozilla does not know it.
    assert_eq!(fetch("", std::slice::from_ref(&url)).stderr, refused(&url));
    // The same host by a number that the certificate does not have.
    let other = url.replace("localhost", "127.0.0.2");
    let ran = fetch(&nginx.trusted(), std::slice::from_ref(&other));
    assert_eq!(ran.stderr, refused(&other));
    // No TLS at all.
    let plain = format!("https://127.0.0.1:{}/hello", nginx.http);
    assert_eq!(
        fetch(&nginx.trusted(), std::slice::from_ref(&plain)).stderr,
        refused(&plain)
    );
}
