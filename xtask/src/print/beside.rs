//! What the programs in another language show, in a sentence.

use super::number::times;
use crate::document::Entry;
use crate::pattern::Pattern;

/// How the patterns of `python` do against its own loop, and that loop against ours.
pub(crate) fn beside(python: &str, entries: &[Entry]) -> Option<String> {
    let find = |stands: bool, pattern| {
        let mut entries = entries.iter().filter(|entry| entry.is_sound());
        entries.find(|entry| entry.stands == stands && entry.pattern == pattern)
    };
    let patterns = [
        ("threads", Pattern::ThreadPool),
        ("processes", Pattern::ProcessPool),
        ("asyncio", Pattern::Async),
    ];
    let gains: Vec<_> = patterns
        .iter()
        .filter_map(|(name, pattern)| {
            let gain = find(false, *pattern)?.times_loop?;
            Some(format!("{name} {}", times(gain.median)))
        })
        .collect();
    if gains.is_empty() {
        return None;
    }
    let gains = gains.join(", ");
    let loops = find(true, Pattern::Sequential).zip(find(false, Pattern::Sequential));
    let loops = loops.map_or_else(String::new, |(ours, theirs)| {
        let ratio = theirs.median_wall() / ours.median_wall().max(1e-9);
        format!(" Its loop takes {} times as long as ours.", times(ratio))
    });
    Some(format!("In {python}, times its own loop: {gains}.{loops}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::invented;
    use crate::document::Spread;

    #[test]
    fn each_is_held_against_its_own_loop() {
        let ours = invented::four([100.0, 50.0, 55.0, 50.0], [1.0; 4]);
        assert_eq!(beside("CPython 3.13.1", &ours), None);
        let mut theirs = invented::four([4000.0, 4000.0, 2100.0, 4100.0], [1.0; 4]);
        for (entry, gain) in theirs.iter_mut().zip([1.0, 1.0, 1.9, 0.98]) {
            entry.stands = false;
            entry.times_loop = Some(Spread::exactly(gain));
        }
        let said = beside("CPython 3.13.1", &[ours, theirs].concat()).unwrap();
        let expected = "In CPython 3.13.1, times its own loop: threads 1.00, processes 1.90, \
                        asyncio 0.98. Its loop takes ";
        assert!(said.starts_with(expected), "{said}");
    }
}
