//! No more connections to a host than are allowed: who has to wait, and for whom.

use std::collections::HashMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// How many exchanges are under way, by host.
pub(super) struct Turns {
    most: usize,
    busy: Mutex<HashMap<String, usize>>,
    ended: Condvar,
}

/// The right to ask a host, until it is dropped.
pub(super) struct Turn<'a> {
    turns: &'a Turns,
    host: String,
}

impl Turns {
    /// So many at once, for each host.
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            busy: Mutex::default(),
            ended: Condvar::new(),
        }
    }

    /// Waits until the host may be asked.
    pub(super) fn take(&self, host: String) -> Turn<'_> {
        let is_full = |busy: &mut HashMap<String, usize>| {
            busy.get(&host).is_some_and(|busy| *busy >= self.most)
        };
        let waited = self.ended.wait_while(self.busy(), is_full);
        let mut busy = waited.unwrap_or_else(PoisonError::into_inner);
        *busy.entry(host.clone()).or_default() += 1;
        drop(busy);
        Turn { turns: self, host }
    }

    fn busy(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        // Nothing in between could panic.
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut busy = self.turns.busy();
        if let Some(count) = busy.get_mut(&self.host) {
            *count -= 1;
            if *count == 0 {
                busy.remove(&self.host);
            }
        }
        drop(busy);
        self.turns.ended.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn no_more_than_are_allowed_are_there_at_once() {
        let turns = Turns::new(2);
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        let _turn = turns.take("host".to_owned());
                        most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        // Of another host there are none.
                        drop(turns.take("other".to_owned()));
                        now.fetch_sub(1, Ordering::SeqCst);
                    }
                });
            }
        });
        assert!(most.into_inner() <= 2);
        assert!(turns.busy().is_empty());
    }
}
