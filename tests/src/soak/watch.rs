//! Noticing that nothing goes on any more, and telling all that can be known of it from outside.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::victim::children;

/// How often it looks.
const TICK: Duration = Duration::from_millis(500);

/// What goes on, said by those that do it.
#[derive(Debug, Default)]
pub(super) struct Steps {
    steps: AtomicU64,
    doing: Mutex<BTreeMap<String, String>>,
}

impl Steps {
    /// A step was made.
    pub(super) fn step(&self) {
        self.steps.fetch_add(1, Ordering::Relaxed);
    }

    /// Says what somebody does from now on.
    pub(super) fn doing(&self, who: &str, what: impl Into<String>) {
        let mut doing = self.doing.lock().unwrap_or_else(PoisonError::into_inner);
        doing.insert(who.to_owned(), what.into());
        self.step();
    }

    /// Says that they who did something are gone.
    pub(super) fn all_gone(&self) {
        let mut doing = self.doing.lock().unwrap_or_else(PoisonError::into_inner);
        doing.clear();
        self.step();
    }

    fn told(&self) -> String {
        let doing = self.doing.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = doing.iter().map(|(who, what)| format!("  {who}: {what}\n"));
        lines.collect()
    }
}

/// Watches on a thread of its own, for as long as the process lives. When no step is made for so
/// long, `hung` is called with all that is known.
///
/// # Errors
///
/// The system refuses a thread.
pub(super) fn watch(
    steps: &Arc<Steps>,
    patience: Duration,
    hung: impl FnOnce(String) + Send + 'static,
) -> std::io::Result<()> {
    let steps = steps.clone();
    let thread = std::thread::Builder::new().name("watch".to_owned());
    thread.spawn(move || {
        let (mut seen, mut since) = (0, Instant::now());
        while since.elapsed() < patience {
            std::thread::sleep(TICK);
            let steps = steps.steps.load(Ordering::Relaxed);
            if steps != seen {
                (seen, since) = (steps, Instant::now());
            }
        }
        hung(format!("{}{}", steps.told(), threads_and_workers()));
    })?;
    Ok(())
}

/// Where every thread of this process and every worker is, as the system sees it.
fn threads_and_workers() -> String {
    let mut text = "threads of the soak:\n".to_owned();
    for thread in fs::read_dir("/proc/self/task")
        .into_iter()
        .flatten()
        .flatten()
    {
        text += &place(&thread.path().to_string_lossy());
    }
    text += "workers:\n";
    for pid in children() {
        text += &place(&format!("/proc/{pid}"));
    }
    text
}

/// Where one of them is.
fn place(path: &str) -> String {
    let read = |file| fs::read_to_string(format!("{path}/{file}")).unwrap_or_default();
    let status = read("status");
    let state = status.lines().find_map(|line| line.strip_prefix("State:"));
    let mut text = format!(
        "  {path} {}:{}",
        read("comm").trim(),
        state.unwrap_or(" gone")
    );
    let _ = writeln!(
        text,
        ", in {} (system call {})",
        read("wchan"),
        read("syscall").trim()
    );
    // Only root may read it.
    for frame in read("stack").lines() {
        let _ = writeln!(text, "      {frame}");
    }
    text
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn when_nothing_goes_on_it_tells_what_is_known() {
        let steps = Arc::new(Steps::default());
        steps.doing("client 3", "waits for job 7");
        let (sender, receiver) = channel();
        watch(&steps, Duration::from_millis(100), move |told| {
            sender.send(told).unwrap();
        })
        .unwrap();
        let told = receiver.recv_timeout(Duration::from_secs(60)).unwrap();
        assert!(told.contains("client 3: waits for job 7"), "{told}");
        assert!(told.contains("watch:\tR"), "the watcher runs: {told}");
    }
}
