//! Each job has a span with its name, its place and its outcome, wherever it runs, and what it says is
//! said in there.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use async_pattern::{AsyncPool, Job, Kind, Options};
use futures_util::StreamExt;
use tokio::runtime;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Instrument, Subscriber, info, info_span};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

/// What was seen of a span.
#[derive(Debug, Clone, Default)]
struct Seen {
    fields: BTreeMap<&'static str, String>,
    /// The name of the span that it is in.
    parent: Option<&'static str>,
    /// How many things were said in it.
    said: usize,
}

/// The spans of jobs: those that are open, by their id, and those that are closed.
#[derive(Default)]
struct Spans {
    open: BTreeMap<u64, Seen>,
    closed: Vec<Seen>,
    /// The names of tokio's tasks, if it is built so that it tells.
    tasks: BTreeSet<String>,
}

static SPANS: Mutex<Option<Spans>> = Mutex::new(None);

/// All threads are looked at, so there is one for the whole process, and one test.
fn spans() -> MutexGuard<'static, Option<Spans>> {
    SPANS.lock().unwrap()
}

impl Visit for Seen {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let value = format!("{value:?}").trim_matches('"').to_owned();
        self.fields.insert(field.name(), value);
    }
}

/// The subscriber's part that looks.
struct Watch;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Watch {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut new = Seen::default();
        attributes.record(&mut new);
        let parent = context.span(id).unwrap().parent();
        new.parent = parent.map(|parent| parent.name());
        if let Some(name) = new.fields.remove("task.name") {
            spans().get_or_insert_default().tasks.insert(name);
        }
        if attributes.metadata().name() == "job" {
            let mut spans = spans();
            spans
                .get_or_insert_default()
                .open
                .insert(id.into_u64(), new);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        if let Some(spans) = &mut *spans()
            && let Some(span) = spans.open.get_mut(&id.into_u64())
        {
            values.record(span);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        // tokio says something as well, if it is built so.
        if event.metadata().target() == module_path!()
            && let Some(inside) = context.event_span(event)
            && let Some(spans) = &mut *spans()
            && let Some(span) = spans.open.get_mut(&inside.id().into_u64())
        {
            span.said += 1;
        }
    }

    fn on_close(&self, id: Id, _: Context<'_, S>) {
        if let Some(spans) = &mut *spans() {
            let closed = spans.open.remove(&id.into_u64());
            spans.closed.extend(closed);
        }
    }
}

/// Says something before and after it waits, and ends in one of four ways.
#[derive(Clone, Copy)]
struct Talk {
    number: u64,
    kind: Kind,
}

impl Talk {
    fn end(self) -> anyhow::Result<u64> {
        info!("after");
        match self.number % 4 {
            0 => anyhow::bail!("no"),
            1 => panic!("oh"),
            _ => Ok(self.number),
        }
    }
}

impl Job for Talk {
    type Output = u64;

    fn run(&self) -> anyhow::Result<u64> {
        info!("before");
        std::thread::sleep(Duration::from_millis(1));
        self.end()
    }

    async fn run_async(&self) -> anyhow::Result<u64> {
        info!("before");
        tokio::time::sleep(Duration::from_millis(1)).await;
        self.end()
    }

    fn kind(&self) -> Kind {
        self.kind
    }
}

/// The name of the job's type.
const TALK: &str = "spans::Talk";

/// Each job has a span in the span `caller`, with all that there is to know of it.
fn check(jobs: u64, indexed: bool, name: &str, what: &str) {
    // A job is told of before its task is gone, and its span with it.
    let deadline = Instant::now() + Duration::from_secs(60);
    while spans().as_ref().is_some_and(|spans| !spans.open.is_empty()) {
        assert!(Instant::now() < deadline, "{what}: a span is never closed");
        std::thread::sleep(Duration::from_millis(1));
    }
    let mut all = spans().take().unwrap_or_default();
    assert_eq!(all.closed.len(), usize::try_from(jobs).unwrap(), "{what}");
    let index = |seen: &Seen| seen.fields.get("index").map(|index| index.parse().unwrap());
    all.closed.sort_by_key(index);
    let mut outcomes = BTreeMap::new();
    for (at, seen) in (0..).zip(&all.closed) {
        assert_eq!(index(seen), indexed.then_some(at), "{what}");
        let got = seen.fields["name"].as_str();
        assert!(got.contains(name), "{what}: {got}");
        assert_eq!((seen.parent, seen.said), (Some("caller"), 2), "{what}");
        let outcome = seen.fields["outcome"].as_str();
        *outcomes.entry(outcome).or_insert(0) += 1;
        if indexed {
            let expected = ["failed", "panicked", "ok", "ok"][usize::try_from(at % 4).unwrap()];
            assert_eq!(outcome, expected, "{what}");
        }
    }
    let expected = [
        ("failed", jobs / 4),
        ("ok", jobs / 2),
        ("panicked", jobs / 4),
    ];
    assert_eq!(outcomes, BTreeMap::from(expected), "{what}");
    if cfg!(tokio_unstable) && name == TALK {
        assert!(all.tasks.iter().any(|task| task == name), "{what}");
    }
}

async fn all_ways(runtime: &str) {
    const JOBS: u64 = 40;
    for chunk in [1, 10] {
        for kind in [Kind::Waits, Kind::Computes] {
            let what = format!("{runtime}, chunks of {chunk}, {kind:?}");
            let pool = AsyncPool::builder(Options::new().workers(2).chunk(chunk));
            let pool = pool.build_on(runtime::Handle::current());
            let jobs = || (0..JOBS).map(|number| Talk { number, kind });

            let count = pool.map(jobs()).count();
            let count = count.instrument(info_span!("caller")).await;
            assert_eq!(count, 40);
            check(JOBS, true, TALK, &what);

            let submit = || jobs().map(|job| pool.submit(job)).collect::<Vec<_>>();
            for handle in info_span!("caller").in_scope(submit) {
                let _ = handle.await;
            }
            pool.shutdown().await;
            check(JOBS, false, TALK, &what);
        }
    }
    let pool = AsyncPool::builder(Options::new()).build_on(runtime::Handle::current());
    let kind = Kind::Waits;
    let futures = (0..JOBS).map(|number| async move { Talk { number, kind }.run_async().await });
    let map = pool.map_scoped(futures).count();
    map.instrument(info_span!("caller")).await;
    check(JOBS, true, "all_ways", runtime);
}

#[test]
fn each_job_has_a_span_wherever_it_runs() {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !workload::is_in_job() {
            hook(panic);
        }
    }));
    let subscriber = tracing_subscriber::registry().with(Watch);
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let mut one = runtime::Builder::new_current_thread();
    one.enable_time()
        .build()
        .unwrap()
        .block_on(all_ways("one thread"));
    let mut many = runtime::Builder::new_multi_thread();
    many.worker_threads(2).enable_time();
    many.build().unwrap().block_on(all_ways("many threads"));
}
