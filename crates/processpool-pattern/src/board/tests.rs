//! A board from both sides.

use super::*;

/// A board from both sides.
#[expect(clippy::unwrap_used, reason = "a test's helper")]
fn boards() -> (Board, Board) {
    let source = Source::new().unwrap().0.unwrap();
    let copy = source.copy().unwrap();
    (Board::open(source).unwrap(), Board::open(copy).unwrap())
}

#[test]
fn what_one_side_writes_the_other_reads() {
    let (mut pool, mut worker) = boards();
    assert_eq!(pool.current(), None);

    let current = Current { chunk: 3, job: 5 };
    worker.start(current, 17);
    assert_eq!(pool.current(), Some((current, 17)));

    for length in [5, COPIED, COPIED + 1, 3 * MOST_KEPT / 2] {
        let text: Vec<_> = b"hello".iter().copied().cycle().take(length).collect();
        assert!(worker.outcomes(3).reserve(length));
        worker.outcomes(3).free(0)[..length].copy_from_slice(&text);
        worker.commit(3, length);
        assert_eq!(pool.committed(3), length);
        assert!(pool.read(3, 1, length).unwrap() == &text[1..]);
        assert_eq!(pool.committed(4), 0, "the other page");
    }

    pool.stop(3);
    assert!(worker.is_stopped(3) && !worker.is_stopped(4));
    pool.wipe(7);
    assert!(!worker.is_stopped(7), "chunk 7 has the lane of chunk 3");
}

#[test]
fn a_chunk_is_begun_or_taken_back_but_never_both() {
    let (mut pool, worker) = boards();
    assert!(worker.begin(0, 0, 1) && pool.recall(0, 1).is_none());
    assert_eq!(pool.recall(1, 1), Some(0));
    assert!(!worker.begin(1, 0, 1) && !pool.is_passed_over(1));
    worker.pass_over(1);
    assert!(pool.is_passed_over(1));
    assert_eq!(pool.recall(1, 1), None, "it was taken back before");
    pool.wipe(4);
    assert!(worker.begin(4, 0, 1), "chunk 4 has the lane of chunk 0");
}

#[test]
fn what_is_behind_a_slow_job_can_be_taken_back() {
    let (pool, worker) = boards();
    assert!(worker.begin(0, 0, 5) && worker.begin(0, 1, 5));
    worker.start(Current { chunk: 0, job: 1 }, 0);
    assert_eq!(pool.recall(0, 5), Some(2));
    assert!(!worker.begin(0, 2, 5) && !pool.is_passed_over(0));
    worker.pass_over(0);
    assert!(pool.is_passed_over(0) && pool.current().is_none());
    let many = DIVISIBLE + 1;
    assert!(worker.begin(1, 0, many) && worker.begin(1, 1, many));
    assert_eq!(pool.recall(1, many as usize), None, "begun as a whole");
}

#[test]
fn nonsense_stays_in_bounds() {
    let (mut pool, _) = boards();
    assert_eq!(pool.read(0, 7, 9).map(<[u8]>::len), Some(2));
    assert!(pool.read(0, 7, usize::MAX).is_none());
    assert!(pool.read(1, usize::MAX, 3).is_none());
    assert_eq!(pool.outcomes(1).free(usize::MAX), b"");
}

#[test]
fn memory_for_large_payloads_is_given_back() {
    let (mut pool, mut worker) = boards();
    let length = 100 << 20;
    let taken = |board: &Board| board.arena.jobs[0].taken();
    assert!(pool.jobs(0).reserve(length));
    pool.jobs(0).free(0)[..length].fill(7);
    assert!(worker.jobs(0).bytes(0, length).unwrap().ends_with(&[7]));
    assert!(taken(&pool) >= length && pool.is_large());

    pool.wipe(LANES as u32);
    let slack = 4 << 20;
    assert!(taken(&pool) <= MOST_KEPT + slack, "{}", taken(&pool));
    assert!(worker.jobs(0).bytes(0, length).unwrap().starts_with(&[7]));
    pool.give_back();
    assert!(
        taken(&pool) <= slack && !pool.is_large(),
        "{}",
        taken(&pool)
    );
    // The other side sees zeros where there was something, and can go on.
    assert!(worker.jobs(0).bytes(0, length).unwrap().ends_with(&[0]));
}
