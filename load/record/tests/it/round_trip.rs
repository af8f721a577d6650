//! What is written is read back.

use proptest::collection::vec;
use proptest::prelude::*;
use songsinh_record::{
    Batch, EventMark, Frame, FrameKind, InvalidReason, JourneyTotals, MAX_PAYLOAD_BYTES, Reader, RecordError,
    RunFooter, Writer,
};

use crate::frames;

pub fn footer() -> RunFooter {
    RunFooter {
        ended: songsinh_contract::Moment(9),
        invalid: vec![
            InvalidReason::ExcessLag { p99_us: 4_000, bound_us: 1_000 },
            InvalidReason::Crashed { what: "twin".into() },
            InvalidReason::Unprepared { wanted: 5, ready: 3, why: "2 gave up".into() },
        ],
        prepared: JourneyTotals { planned: 5, started: 5, completed: 3, gave_up: 2, ..JourneyTotals::default() },
        events: vec![EventMark {
            what: "carrier viettel down".into(),
            began: Some(songsinh_contract::Moment(2)),
            ended: None,
        }],
        journeys: JourneyTotals { planned: 3, started: 2, abandoned: 1, completed: 2, ..JourneyTotals::default() },
        ..RunFooter::default()
    }
}

pub fn written(frames: &[Frame]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), &frames::header()).unwrap();
    for frame in frames {
        writer.write(frame).unwrap();
    }
    writer.finish(footer()).unwrap()
}

proptest! {
    #[test]
    fn every_frame_reads_back(given in vec(frames::frame(), 0..12)) {
        let bytes = written(&given);
        let mut reader = Reader::new(bytes.as_slice()).unwrap();
        prop_assert_eq!(reader.header(), &frames::header());
        let mut read: Vec<Frame> = reader.by_ref().collect::<Result<_, _>>().unwrap();
        prop_assert_eq!(reader.position(), bytes.len() as u64);
        let Some(Frame::Footer(end)) = read.pop() else { panic!("no footer") };
        prop_assert_eq!(&read, &given);
        prop_assert_eq!(end.journeys, footer().journeys);
        prop_assert_eq!((end.prepared, &end.events), (footer().prepared, &footer().events));
        for kind in FrameKind::ALL {
            let wanted = given.iter().filter(|frame| frame.kind() == kind).count() as u64;
            prop_assert_eq!(end.frames.of(kind), wanted);
        }
    }

    #[test]
    fn batches_write_the_same_bytes_as_single_frames(given in vec(frames::frame(), 0..12), cut in 0..12_usize) {
        let (first, second) = given.split_at(cut.min(given.len()));
        let mut writer = Writer::new(Vec::new(), &frames::header()).unwrap();
        let mut batch = Batch::with_capacity(1 << 12);
        for part in [first, second] {
            batch.clear();
            for frame in part {
                batch.frame(frame).unwrap();
            }
            writer.append(&batch).unwrap();
        }
        prop_assert_eq!(writer.finish(footer()).unwrap(), written(&given));
    }
}

#[test]
fn a_frame_that_is_too_large_leaves_no_trace() {
    let mut batch = Batch::default();
    batch.frame(&Frame::Note("small".into())).unwrap();
    let before = batch.len();
    let large = Frame::Note("x".repeat(MAX_PAYLOAD_BYTES).into());
    assert!(matches!(batch.frame(&large), Err(RecordError::FrameTooLarge { kind: FrameKind::Note })));
    assert_eq!(batch.len(), before);
    let largest = Frame::Note("x".repeat(MAX_PAYLOAD_BYTES - 3).into());
    batch.frame(&largest).unwrap();
    let mut writer = Writer::new(Vec::new(), &frames::header()).unwrap();
    writer.append(&batch).unwrap();
    let bytes = writer.finish(footer()).unwrap();
    let read: Vec<_> = Reader::new(bytes.as_slice()).unwrap().collect::<Result<_, _>>().unwrap();
    assert_eq!(read.get(1), Some(&largest));
}

#[test]
fn only_the_writer_writes_header_and_footer() {
    let mut batch = Batch::default();
    for frame in [Frame::Header(Box::new(frames::header())), Frame::Footer(Box::new(footer()))] {
        assert!(matches!(batch.frame(&frame), Err(RecordError::Misplaced { .. })));
    }
    assert!(batch.is_empty());
}

#[test]
fn kinds_keep_their_numbers() {
    let numbers: Vec<u8> = FrameKind::ALL.iter().map(|kind| *kind as u8).collect();
    assert_eq!(numbers, (1..=13).collect::<Vec<u8>>());
    assert!(FrameKind::ALL.iter().all(|&kind| FrameKind::numbered(kind as u8) == Some(kind)));
    assert_eq!(FrameKind::numbered(14), None);
}
