//! Memory over time, by process.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::axis::{Scale, Unit};
use super::slug;
use super::svg::{Chart, WIDTH, columns, mark, plane, row, tidy};
use super::words::plural;
use crate::document::{Document, Entry, Inside};
use crate::measure::Sample;
use crate::print::{self, seconds};

const HEIGHT: f64 = 72.0;
const AXIS: f64 = 16.0;
/// Processes that are drawn by themselves; the last stands for all further ones.
const MOST: usize = 12;

/// All programs whose memory was looked at, on one memory axis.
pub(super) fn figure(document: &Document) -> Markup {
    let entries = document.programs.iter();
    let seen: Vec<_> = entries
        .filter_map(|entry| {
            let inside = entry.inside.as_ref()?;
            (!inside.memory.is_empty()).then_some((entry, inside))
        })
        .collect();
    let totals = seen.iter().flat_map(|(_, inside)| &inside.memory);
    let peaks = seen.iter().filter_map(|(_, inside)| inside.peak_memory);
    let highest = totals.map(total).chain(peaks).max().unwrap_or(0);
    if highest == 0 {
        return html! {};
    }
    let axis = Bytes::up_to(highest);
    html! {
        figure #memory {
            figcaption {
                h2 { "Memory over time" }
                p {
                    "Of the whole process tree: the program itself at the bottom, its worker "
                    "processes above. All share the memory axis; each has its own time axis."
                }
            }
            @for (entry, inside) in seen { (panel(entry, inside, &axis)) }
        }
    }
}

fn panel(entry: &Entry, inside: &Inside, axis: &Bytes) -> Markup {
    let samples = &inside.memory;
    let processes = processes(samples);
    let end = end(samples);
    let peak = samples.iter().map(total).max().unwrap_or(0);
    let peak = print::bytes(inside.peak_memory.unwrap_or(peak));
    let processes_in_words =
        plural(processes.len() as u64, "process").replace("processs", "processes");
    let scale = Scale::linear(end);
    let layers = stack(samples, &processes);
    let body = html! {
        (plane(0.0, HEIGHT, &html! {
            // The highest first, so that the lower ones lie on it.
            @for (nth, layer) in layers.iter().enumerate().rev() {
                @let class = match nth { 0 => "parent", nth if nth % 2 == 1 => "odd", _ => "even" };
                path class=(class) d=(outline(samples, layer, end, axis)) {}
            }
        }))
        g.grid {
            @for (height, words) in axis.marks() {
                @let y = tidy(HEIGHT - height * HEIGHT);
                line x1="0" x2="100%" y1=(y) y2=(y) {}
                text.inside x="0" y=(tidy(HEIGHT - height * HEIGHT + 12.0)) { (words) }
            }
            line x1="0" x2="100%" y1=(tidy(HEIGHT)) y2=(tidy(HEIGHT)) {}
        }
        @for tick in scale.ticks() {
            (mark(scale.at(tick), HEIGHT + 12.0, &scale.label(tick, Unit::Time)))
        }
    };
    let chart = Chart {
        id: &format!("memory-{}", slug(&entry.name)),
        title: &format!("Memory of {}", entry.name),
        description: &format!(
            "{peak} at most, {processes_in_words}, looked at {} times in {}.",
            samples.len(),
            seconds(end),
        ),
        height: HEIGHT + AXIS,
    };
    let label = html! {
        b { (entry.name) }
        span.big { (peak) }
        span.muted { "at most, " (processes_in_words) }
    };
    row(&label, &chart.draw(&body))
}

fn total(sample: &Sample) -> u64 {
    sample.by_process.iter().map(|(_, bytes)| bytes).sum()
}

/// When the last sample ends: as long after it as it comes after the one before.
fn end(samples: &[Sample]) -> f64 {
    let at = |nth: usize| samples[nth].at.as_secs_f64();
    let last = samples.len() - 1;
    let pause = if last > 0 {
        at(last) - at(last - 1)
    } else {
        1e-3
    };
    at(last) + pause
}

/// The layer of each process, in the order in which they were first seen.
fn processes(samples: &[Sample]) -> BTreeMap<u32, usize> {
    let mut layers = BTreeMap::new();
    for (process, _) in samples.iter().flat_map(|sample| &sample.by_process) {
        let next = layers.len();
        layers.entry(*process).or_insert(next);
    }
    layers
}

/// The upper edge of each layer at each sample.
fn stack(samples: &[Sample], processes: &BTreeMap<u32, usize>) -> Vec<Vec<u64>> {
    let count = processes.len().min(MOST);
    let mut layers = vec![vec![0; samples.len()]; count];
    for (at, sample) in samples.iter().enumerate() {
        for (process, bytes) in &sample.by_process {
            let first = processes[process].min(count - 1);
            for layer in &mut layers[first..] {
                layer[at] += bytes;
            }
        }
    }
    layers
}

fn outline(samples: &[Sample], layer: &[u64], end: f64, axis: &Bytes) -> String {
    let starts = samples.iter().map(|sample| sample.at.as_secs_f64());
    let ends = starts.clone().skip(1).chain([end]);
    let steps = starts.zip(ends).zip(layer);
    let steps = steps.map(|((from, to), bytes)| {
        let height = (axis.at(*bytes) * HEIGHT * 10.0).round() / 10.0;
        (
            (from / end * WIDTH).round(),
            (to / end * WIDTH).round(),
            height,
        )
    });
    columns(steps, HEIGHT)
}

/// An axis of bytes, marked at round numbers of the unit that suits.
struct Bytes {
    unit: f64,
    name: &'static str,
    scale: Scale,
}

impl Bytes {
    fn up_to(bytes: u64) -> Self {
        let bytes = bytes as f64;
        let units = [("KiB", 1024.0), ("MiB", 1048576.0), ("GiB", 1073741824.0)];
        let suits = units.into_iter().rev().find(|(_, unit)| bytes >= *unit);
        let (name, unit) = suits.unwrap_or(("B", 1.0));
        Self {
            unit,
            name,
            scale: Scale::linear(bytes * 1.08 / unit),
        }
    }

    fn at(&self, bytes: u64) -> f64 {
        self.scale.at(bytes as f64 / self.unit)
    }

    /// About three are enough.
    fn marks(&self) -> Vec<(f64, String)> {
        let ticks = self.scale.ticks();
        let step = ticks.len().div_ceil(4).max(1);
        let marked = ticks.into_iter().step_by(step).skip(1);
        let words = |tick: f64| {
            let number = self.scale.label(tick, Unit::Count);
            (self.scale.at(tick), format!("{number} {}", self.name))
        };
        marked.map(words).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn sample(millis: u64, by_process: &[(u32, u64)]) -> Sample {
        Sample {
            at: Duration::from_millis(millis),
            by_process: by_process.to_vec(),
        }
    }

    #[test]
    fn processes_lie_on_each_other_as_they_came() {
        let samples = [
            sample(0, &[(9, 5)]),
            sample(2, &[(9, 6), (3, 1)]),
            sample(4, &[(9, 6), (12, 4)]),
        ];
        let processes = processes(&samples);
        assert_eq!(processes, BTreeMap::from([(9, 0), (3, 1), (12, 2)]));
        let layers = stack(&samples, &processes);
        assert_eq!(layers, [[5, 6, 6], [5, 7, 6], [5, 7, 10]]);
        assert_eq!(end(&samples), 0.006);
    }

    #[test]
    fn too_many_processes_share_the_last_layer() {
        let all: Vec<_> = (0..40).map(|process| (process, 1)).collect();
        let samples = [sample(0, &all)];
        let layers = stack(&samples, &processes(&samples));
        assert_eq!(layers.len(), MOST);
        assert_eq!((layers[0][0], layers[MOST - 1][0]), (1, 40));
    }

    #[test]
    fn bytes_are_marked_at_round_numbers() {
        let marks = Bytes::up_to(47 << 20).marks();
        let words: Vec<_> = marks.iter().map(|(_, words)| words.as_str()).collect();
        assert_eq!(words, ["20 MiB", "40 MiB"]);
    }
}
