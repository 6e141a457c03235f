//! The threads of a pool by what they do: those that work, those that have nothing to do, those that
//! hang.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use rayon::ThreadPoolBuildError;

use crate::team::{Hooks, Team};
use crate::timed::Timed;

/// Who is there.
#[derive(Default)]
pub(crate) struct Roll {
    /// The threads that do not hang.
    present: Vec<Arc<Lane>>,
    /// Those of them that have nothing to do.
    pub(crate) idle: Vec<Arc<Lane>>,
    /// Those that hang.
    lost: Vec<Arc<Lane>>,
    /// Those that came back when their place was taken; they are ending.
    leaving: Vec<JoinHandle<()>>,
}

/// A thread, as its pool sees it.
pub(crate) struct Lane {
    pub(crate) worker: u32,
    /// Until it is dismissed.
    team: Mutex<Option<Team>>,
    /// What it runs. More than one if a job waits for other jobs of its pool and runs them
    /// meanwhile; the last one is under way.
    under_way: Mutex<Vec<Arc<dyn Timed>>>,
}

impl Roll {
    /// All of these, with nothing to do yet.
    pub(crate) fn new(present: Vec<Arc<Lane>>) -> Self {
        Self {
            idle: present.clone(),
            present,
            ..Self::default()
        }
    }

    /// Adds one, with nothing to do yet.
    pub(crate) fn join(&mut self, lane: Arc<Lane>) {
        self.present.push(lane.clone());
        self.idle.push(lane);
    }

    /// Those that work, and those that hang.
    pub(crate) fn all(&self) -> Vec<Arc<Lane>> {
        self.present.iter().chain(&self.lost).cloned().collect()
    }

    /// Whether all of them hang.
    pub(crate) fn is_empty(&self) -> bool {
        self.present.is_empty()
    }

    /// How many hang.
    pub(crate) fn lost(&self) -> usize {
        self.lost.len()
    }

    /// The lane of the calling thread, if it has one.
    pub(crate) fn mine(&self) -> Option<Arc<Lane>> {
        rayon::current_thread_index()?; // Nearly always, none: which is quickly seen.
        let mut lanes = self.present.iter().chain(&self.lost);
        lanes.find(|lane| lane.is_mine()).cloned()
    }

    pub(crate) fn is_present(&self, lane: &Arc<Lane>) -> bool {
        self.present.iter().any(|other| Arc::ptr_eq(other, lane))
    }

    /// Notes that a thread hangs; says whether that is news.
    pub(crate) fn lose(&mut self, lane: &Arc<Lane>) -> bool {
        let present = self.present.iter();
        let place = present.clone().position(|other| Arc::ptr_eq(other, lane));
        let was_present = place.map(|place| self.present.remove(place));
        self.lost.extend(was_present.clone());
        was_present.is_some()
    }

    /// Notes that it does not hang after all; says whether it is still there.
    pub(crate) fn find(&mut self, lane: &Arc<Lane>) -> bool {
        let mut lost = self.lost.iter();
        let place = lost.position(|other| Arc::ptr_eq(other, lane));
        let found = place.map(|place| self.lost.remove(place));
        self.present.extend(found.clone());
        found.is_some()
    }

    /// Lets a thread end that hung: its place is taken.
    pub(crate) fn leave(&mut self, lane: &Arc<Lane>) {
        self.lost.retain(|other| !Arc::ptr_eq(other, lane));
        self.leaving.retain(|thread| !thread.is_finished());
        self.leaving.extend(lane.dismiss());
    }

    /// Lets all of them end when they have nothing to do any more. Gives those that will.
    pub(crate) fn dismiss(&mut self) -> Vec<JoinHandle<()>> {
        self.idle.clear();
        for lane in &self.lost {
            lane.dismiss();
        }
        let present = std::mem::take(&mut self.present);
        let mut threads = std::mem::take(&mut self.leaving);
        threads.extend(present.iter().flat_map(|lane| lane.dismiss()));
        threads
    }
}

impl Lane {
    pub(crate) fn new(worker: usize, hooks: Hooks) -> Result<Arc<Self>, ThreadPoolBuildError> {
        Ok(Arc::new(Self {
            worker: u32::try_from(worker).unwrap_or(u32::MAX),
            team: Mutex::new(Some(Team::new(worker, 1, hooks)?)),
            under_way: Mutex::default(),
        }))
    }

    pub(crate) fn spawn(&self, work: impl FnOnce() + Send + 'static) {
        if let Some(team) = &*self.team() {
            team.spawn(work);
        }
    }

    fn is_mine(&self) -> bool {
        self.team().as_ref().is_some_and(Team::is_mine)
    }

    /// Lets the thread end when it has nothing to do any more.
    fn dismiss(&self) -> Vec<JoinHandle<()>> {
        self.team().take().map(Team::dismiss).unwrap_or_default()
    }

    fn team(&self) -> MutexGuard<'_, Option<Team>> {
        self.team.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn under_way(&self) -> MutexGuard<'_, Vec<Arc<dyn Timed>>> {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
