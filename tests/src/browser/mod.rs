//! A real browser without a window: Chromium, spoken to over its DevTools pipe. A message is a
//! line of JSON that ends with a zero byte.

mod inspect;

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::system::until;

pub use inspect::inspect;

/// What Chromium is called, depending on who packed it.
const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
];

/// No answer takes so long.
const PATIENCE: Duration = Duration::from_secs(120);

/// A browser with one tab. It is gone when it is dropped, with all its processes and files.
pub struct Browser {
    child: Child,
    group: Pid,
    to: ChildStdin,
    from: Receiver<Value>,
    last: u64,
    session: Option<String>,
    /// What happened in the tab: requests, errors, messages on its console.
    pub events: Vec<Value>,
    _profile: TempDir,
}

impl Browser {
    /// Starts one with an empty tab. There is none if none is installed.
    #[must_use]
    pub fn start() -> Option<Self> {
        let path = std::env::var_os("PATH")?;
        let files = NAMES.into_iter().flat_map(|name| {
            let folders = std::env::split_paths(&path);
            folders.map(move |folder| folder.join(name))
        });
        let program = { files }.find(|file| file.is_file())?;
        let profile = tempfile::tempdir().unwrap();
        // The pipe is on descriptors 3 and 4, which only a shell gives to a child without `unsafe`.
        let mut command = Command::new("sh");
        command
            .args(["-c", r#"exec "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1"#])
            .args(["sh".as_ref(), program.as_os_str()])
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-breakpad",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--no-first-run",
                "--no-zygote",
                "--remote-debugging-pipe",
            ])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .env("HOME", profile.path())
            .env("TMPDIR", profile.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .process_group(0);
        let mut child = command.spawn().unwrap();
        let to = child.stdin.take().unwrap();
        let from = BufReader::new(child.stdout.take().unwrap());
        let (sender, receiver) = mpsc::channel();
        // It ends when the browser does, or when nobody listens any more.
        std::thread::spawn(move || {
            let messages = from.split(0).map_while(Result::ok);
            let mut messages = messages.map(|text| serde_json::from_slice(&text).unwrap());
            messages.all(|message| sender.send(message).is_ok())
        });
        let mut browser = Self {
            group: Pid::from_raw(child.id().try_into().unwrap()),
            child,
            to,
            from: receiver,
            last: 0,
            session: None,
            events: Vec::new(),
            _profile: profile,
        };
        let tab = browser.call("Target.createTarget", &json!({"url": "about:blank"}));
        let attach = json!({"targetId": tab["targetId"], "flatten": true});
        let attached = browser.call("Target.attachToTarget", &attach);
        browser.session = Some(attached["sessionId"].as_str().unwrap().to_owned());
        for domain in ["Page", "Network", "Log", "Runtime"] {
            browser.call(&format!("{domain}.enable"), &json!({}));
        }
        Some(browser)
    }

    /// Sends a command, and gives its result.
    pub fn call(&mut self, method: &str, parameters: &Value) -> Value {
        self.last += 1;
        let mut message = json!({"id": self.last, "method": method, "params": parameters});
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        write!(self.to, "{message}\0").unwrap();
        loop {
            let answer = self.next();
            if answer["id"] == self.last {
                assert!(answer["error"].is_null(), "{method}: {answer}");
                return answer["result"].clone();
            }
            self.events.push(answer);
        }
    }

    fn next(&self) -> Value {
        let message = self.from.recv_timeout(PATIENCE);
        message.unwrap_or_else(|error| panic!("Chromium says nothing: {error}"))
    }

    /// Shows a file, and waits until all of it is there.
    pub fn open(&mut self, file: &Path) {
        self.events.clear();
        let url = format!("file://{}", file.display());
        let opened = self.call("Page.navigate", &json!({ "url": url }));
        assert!(opened["errorText"].is_null(), "{url}: {opened}");
        let is_loaded = |event: &Value| event["method"] == "Page.loadEventFired";
        while !self.events.iter().any(is_loaded) {
            let event = self.next();
            self.events.push(event);
        }
    }

    /// As on a `screen` of this width or when in `print`, with a `light` or a `dark` scheme.
    pub fn look(&mut self, media: &str, width: u32, scheme: &str) {
        let screen = json!({
            "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600,
        });
        self.call("Emulation.setDeviceMetricsOverride", &screen);
        let scheme = json!({"name": "prefers-color-scheme", "value": scheme});
        let media = json!({"media": media, "features": [scheme]});
        self.call("Emulation.setEmulatedMedia", &media);
    }

    /// The value of an expression in the page.
    pub fn evaluate(&mut self, expression: &str) -> Value {
        let asked = json!({"expression": expression, "returnByValue": true});
        let answer = self.call("Runtime.evaluate", &asked);
        assert!(answer["exceptionDetails"].is_null(), "{answer:#}");
        answer["result"]["value"].clone()
    }

    /// The whole page, as a PNG.
    pub fn screenshot(&mut self) -> Vec<u8> {
        let answer = self.call(
            "Page.captureScreenshot",
            &json!({"format": "png", "captureBeyondViewport": true}),
        );
        decoded(&answer)
    }

    /// The page as it would be printed, as a PDF.
    pub fn print(&mut self) -> Vec<u8> {
        let answer = self.call("Page.printToPDF", &json!({"preferCSSPageSize": true}));
        decoded(&answer)
    }
}

fn decoded(answer: &Value) -> Vec<u8> {
    use base64::prelude::{BASE64_STANDARD, Engine};
    BASE64_STANDARD
        .decode(answer["data"].as_str().unwrap())
        .unwrap()
}

/// Nothing of the browser is left, whether the test passed or failed.
impl Drop for Browser {
    fn drop(&mut self) {
        let _ = killpg(self.group, Signal::SIGKILL);
        let _ = self.child.wait();
        let group = self.group;
        let is_gone = || {
            // Its children may have become ours, if this process takes in orphans.
            let ours = Pid::from_raw(-group.as_raw());
            let reap = || waitpid(ours, Some(WaitPidFlag::WNOHANG));
            while reap().is_ok_and(|status| status != WaitStatus::StillAlive) {}
            killpg(group, None) == Err(Errno::ESRCH)
        };
        if !std::thread::panicking() {
            until("Chromium is gone", is_gone);
        }
    }
}
