//! One program's workers over time: a lane each, and above them how many jobs were in flight.

use maud::{Markup, html};

use super::Timeline;
use super::bins::Part;
use super::pack::{Lane, Worker};
use crate::document::Shares;
use crate::page::svg::{WIDTH, columns, mark, plane, rectangle};
use crate::page::words;

/// Lanes that are drawn.
const MOST_LANES: usize = 32;
/// Parts of the time that are drawn, all lanes together: the size of the page is bounded.
const MOST_PARTS: usize = 3000;
/// Room for the words above the area.
const WORDS: f64 = 15.0;
/// Jobs of a lane that can be told apart.
const MOST_BARS: u64 = 150;
/// The area of jobs in flight is as high as a lane for each, but no higher.
const HIGHEST: f64 = 72.0;
const GAP: f64 = 2.0;

/// Where the lanes stand.
pub(super) struct Block<'a> {
    timeline: &'a Timeline,
    lanes: Vec<&'a Lane>,
    /// Jobs at once that have no lane.
    pub(super) more: usize,
    /// The most jobs at once.
    pub(super) at_once: usize,
    /// The most jobs in flight, averaged over a part of the time.
    in_flight: f64,
    lane_height: f64,
    /// Of a worker's time outside jobs, the share that it was on a core, if that is known: when is
    /// not, so it is spread evenly. Where a lane is not a worker, it means nothing.
    moving: Option<f64>,
}

impl<'a> Block<'a> {
    pub(super) fn new(timeline: &'a Timeline, shares: Option<Shares>) -> Self {
        let workers = timeline.workers.values();
        let all: Vec<_> = workers.clone().flat_map(|worker| &worker.lanes).collect();
        let more: usize = workers.map(|worker: &Worker| worker.more).sum();
        let hidden = all.len().saturating_sub(MOST_LANES);
        let averages = timeline.in_flight.averages(timeline.end, 512);
        let busy = averages.iter().map(|(_, _, part)| part.busy());
        let lanes: Vec<_> = all.into_iter().take(MOST_LANES).collect();
        let outside = |shares: Shares| {
            let outside = shares.moving + shares.idle;
            (outside > 0.0).then(|| shares.moving / outside)
        };
        let is_worker = more == 0
            && timeline
                .workers
                .values()
                .all(|worker| worker.lanes.len() < 2);
        Self {
            timeline,
            lane_height: match lanes.len() {
                ..=4 => 22.0,
                5..=8 => 14.0,
                _ => 8.0,
            },
            lanes,
            more: more + hidden,
            at_once: timeline.workers.values().map(Worker::at_once).sum(),
            in_flight: busy.fold(0.0, f64::max),
            moving: shares.and_then(outside).filter(|_| is_worker),
        }
    }

    /// How many lanes there are.
    pub(super) fn lanes(&self) -> usize {
        self.lanes.len()
    }

    /// How high the area of jobs in flight is; few lanes show that themselves.
    pub(super) fn area_height(&self) -> f64 {
        if self.lanes.len() < 3 {
            return 0.0;
        }
        (self.in_flight * self.lane_height).clamp(20.0, HIGHEST)
    }

    pub(super) fn height(&self) -> f64 {
        let area = self.area_height();
        let area = if area > 0.0 {
            WORDS + area + 3.0 * GAP
        } else {
            0.0
        };
        area + self.lanes.len() as f64 * (self.lane_height + GAP)
    }

    /// The area and the lanes from this height down, with `end` at the right margin.
    pub(super) fn draw(&self, y: f64, end: f64) -> Markup {
        let area = self.area_height();
        let lanes_at = y + self.height() - self.lanes.len() as f64 * (self.lane_height + GAP);
        html! {
            @if area > 0.0 {
                (mark(0.0, y + 11.0, &format!("jobs in flight, averaged: {} at the top", words::times(self.in_flight))))
                (plane(y + WORDS, area, &self.area(area, end)))
            }
            @for (nth, lane) in self.lanes.iter().enumerate() {
                @let y = lanes_at + nth as f64 * (self.lane_height + GAP);
                (plane(y, self.lane_height, &self.lane(lane, end)))
            }
        }
    }

    /// How many jobs were in flight, of which so many computed, on this height.
    pub(super) fn area(&self, height: f64, end: f64) -> Markup {
        let averages = self.timeline.in_flight.averages(self.timeline.end, 256);
        let to_x = WIDTH / end;
        let to_y = height / self.in_flight.max(1e-9);
        let shape = |share: fn(Part) -> f64| {
            let parts = averages.iter();
            let parts = parts.map(|(from, to, part)| (from * to_x, to * to_x, share(*part) * to_y));
            columns(parts, height)
        };
        filled(&shape(Part::busy), &shape(|part| part.computing))
    }

    fn lane(&self, lane: &Lane, end: f64) -> Markup {
        let to_x = WIDTH / end;
        let width = (self.timeline.end * to_x).max(1.0);
        let height = self.lane_height;
        let shapes = if lane.bars.is_empty() || lane.jobs > MOST_BARS {
            self.parts(lane, to_x)
        } else {
            self.bars(lane, to_x)
        };
        html! {
            path.idle d=(rectangle(0.0, width, 0.0, height)) {}
            (shapes)
        }
    }

    fn parts(&self, lane: &Lane, to_x: f64) -> Markup {
        let most = (MOST_PARTS / self.lanes.len()).clamp(64, 512);
        let averages = lane.bins.averages(self.timeline.end, most);
        let height = self.lane_height;
        let shape = |share: &dyn Fn(Part) -> f64| {
            let parts = averages.iter();
            let parts = parts.map(|(from, to, part)| {
                // A fifth of a pixel is enough, and makes for longer steps.
                let high = (share(*part).min(1.0) * height * 5.0).round() / 5.0;
                (from * to_x, to * to_x, high)
            });
            columns(parts, height)
        };
        let moving = self.moving.map(|moving| {
            shape(&|part| {
                let busy = part.busy().min(1.0);
                busy + (1.0 - busy) * moving
            })
        });
        html! {
            @if let Some(path) = moving { path.moving d=(path) {} }
            (filled(&shape(&Part::busy), &shape(&|part| part.computing)))
        }
    }

    /// Each job by itself: computing stands at the bottom, for none can tell when in the job it was.
    fn bars(&self, lane: &Lane, to_x: f64) -> Markup {
        let height = self.lane_height;
        let (mut waiting, mut computing) = (String::new(), String::new());
        for bar in &lane.bars {
            let from = bar.start * to_x;
            let to = (bar.end * to_x).max(from + 0.5);
            if bar.computing < 0.97 {
                waiting += &rectangle(from, to, 0.0, height);
            }
            if bar.computing > 0.97 {
                computing += &rectangle(from, to, 0.0, height);
            } else if bar.computing > 0.03 {
                computing += &rectangle(from, to, height * (1.0 - bar.computing), height);
            }
        }
        let end = self.timeline.end * to_x;
        html! {
            @if let Some(moving) = self.moving {
                path.moving d=(rectangle(0.0, end, height * (1.0 - moving), height)) {}
            }
            g.bars { (filled(&waiting, &computing)) }
        }
    }
}

fn filled(busy: &str, computing: &str) -> Markup {
    html! {
        @if !busy.is_empty() && busy != computing { path.waiting d=(busy) {} }
        @if !computing.is_empty() { path.computing d=(computing) {} }
    }
}
