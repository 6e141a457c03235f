//! What one side of a board does and the other sees, and that nonsense stays in bounds.

use super::*;

#[test]
fn what_one_side_writes_the_other_reads() {
    let (pool, memory) = Board::new();
    let mut worker = Board::open(memory).unwrap();
    assert_eq!(pool.current(), None);

    let current = Current { chunk: 3, job: 5 };
    worker.start(current, 17);
    assert_eq!(pool.current(), Some((current, 17)));

    worker.free(3, 0)[..5].copy_from_slice(b"hello");
    worker.commit(3, 5);
    assert_eq!(pool.committed(3), 5);
    assert_eq!(pool.read(3, 1, 5), b"ello");
    assert_eq!(pool.committed(4), 0, "the other page");

    pool.stop(3);
    assert!(worker.is_stopped(3) && !worker.is_stopped(4));
    pool.wipe(5);
    assert!(!worker.is_stopped(5), "chunk 5 has the page of chunk 3");
}

#[test]
fn a_chunk_is_begun_or_taken_back_but_never_both() {
    let (pool, memory) = Board::new();
    let worker = Board::open(memory).unwrap();
    assert!(worker.begin(0, 0, 1) && pool.recall(0, 1).is_none());
    assert_eq!(pool.recall(1, 1), Some(0));
    assert!(!pool.is_passed_over(1));
    assert!(!worker.begin(1, 0, 1) && pool.is_passed_over(1));
    assert_eq!(pool.recall(1, 1), None, "it was taken back before");
    pool.wipe(2);
    assert!(worker.begin(2, 0, 1), "chunk 2 has the page of chunk 0");
}

#[test]
fn what_is_behind_a_slow_job_can_be_taken_back() {
    let (pool, memory) = Board::new();
    let worker = Board::open(memory).unwrap();
    assert!(worker.begin(0, 0, 5) && worker.begin(0, 1, 5));
    assert_eq!(pool.recall(0, 5), Some(2));
    assert!(!pool.is_passed_over(0), "the worker does not know");
    assert!(!worker.begin(0, 2, 5) && pool.is_passed_over(0));
    let many = DIVISIBLE + 1;
    assert!(worker.begin(1, 0, many) && worker.begin(1, 1, many));
    assert_eq!(pool.recall(1, many as usize), None, "begun as a whole");
}

#[test]
fn nonsense_stays_in_bounds() {
    let (mut board, _) = Board::new();
    assert_eq!(board.read(0, 7, u32::MAX).len(), PAGE - 7);
    assert_eq!(board.read(1, u32::MAX, 3), b"");
    assert_eq!(board.free(1, u32::MAX), b"");
    assert!(Board::open(IpcSharedMemory::from_byte(0, 100)).is_none());
}
