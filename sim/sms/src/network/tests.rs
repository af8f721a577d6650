use std::collections::BTreeMap;

use proptest::prelude::*;
use songsinh_contract::Fate;

use super::*;
use crate::{CarrierSetting, Limits, Profile};

const MS: u64 = 1_000_000;

fn config() -> NetworkConfig {
    NetworkConfig { ported_share: 0.0, ..NetworkConfig::default() }
}

fn phone(prefix: u16, rest: u32) -> PhoneNumber {
    PhoneNumber::from_parts(prefix, rest)
}

fn submit(to: PhoneNumber, text: &str) -> Submit {
    Submit::new("VNeID", to, text)
}

/// Runs a network to its end and gives every event.
fn drain(network: &mut Network) -> Vec<Event> {
    let mut events = Vec::new();
    while let Some(due) = network.next_due() {
        network.advance(due, |event| events.push(event));
    }
    events
}

/// (milliseconds since the message before, prefix, phone, length of the text, validity in seconds).
fn any_traffic() -> impl Strategy<Value = Vec<(u64, u16, u32, usize, Option<u64>)>> {
    let one = (
        0_u64..400,
        prop::sample::select(vec![32_u16, 91, 93, 92, 99, 87, 55]),
        0_u32..5,
        1_usize..400,
        proptest::option::of(1_u64..40),
    );
    proptest::collection::vec(one, 0..120)
}

fn any_profile() -> impl Strategy<Value = Profile> {
    prop::sample::select(Profile::ALL.to_vec())
}

proptest! {
    #[test]
    fn every_accepted_message_is_delivered_lost_or_pending_and_nothing_comes_before_its_time(
        traffic in any_traffic(), profile in any_profile(), seed in any::<u64>(), stop_ms in 0_u64..60_000,
    ) {
        let mut network = Network::new(NetworkConfig { profile, parts_per_s: 3.0, ..config() }, seed).unwrap();
        let mut at = Moment(0);
        for (gap_ms, prefix, rest, length, validity_s) in traffic {
            at = at + Duration::from_millis(gap_ms);
            let validity = validity_s.map(Duration::from_secs);
            network.submit(at, Submit { validity, ..submit(phone(prefix, rest), &"a".repeat(length)) }).unwrap();
        }
        let mut events = Vec::new();
        network.advance(at + Duration::from_millis(stop_ms), |event| events.push(event));
        let (mut delivered, mut doubled, mut lost) = (0, 0, 0);
        let mut pending = 0;
        for (message, fate) in network.ledger().entries(0, usize::MAX) {
            match fate {
                Fate::Pending => pending += 1,
                Fate::Delivered(at) => {
                    delivered += 1;
                    prop_assert!(message.accepted <= at && at <= message.expires);
                }
                Fate::Doubled(first, second) => {
                    delivered += 1;
                    doubled += 1;
                    prop_assert!(message.accepted <= first && first <= second && second <= message.expires);
                }
                Fate::Lost => lost += 1,
            }
        }
        let counts = network.counts();
        prop_assert_eq!((counts.delivered, counts.doubled, counts.lost), (delivered, doubled, lost));
        prop_assert_eq!(counts.accepted, delivered + lost + pending);
        prop_assert!(events.is_sorted_by_key(|event| event.at));
        prop_assert_eq!(events.len() as u64, delivered + doubled + lost);

        drain(&mut network);
        let left = network.ledger().entries(0, usize::MAX).filter(|(_, fate)| *fate == Fate::Pending).count();
        prop_assert_eq!((left, network.in_flight()), (0, 0));
    }

    #[test]
    fn a_carrier_is_first_in_first_out_and_never_above_its_rate(
        traffic in any_traffic(), rate in 1.0_f64..20.0, burst in 1.0_f64..10.0,
    ) {
        let settings = NetworkConfig { profile: Profile::Instant, parts_per_s: rate, burst_parts: burst, ..config() };
        let mut network = Network::new(settings, 1).unwrap();
        let mut at = Moment(0);
        for (gap_ms, prefix, rest, length, _) in traffic {
            at = at + Duration::from_millis(gap_ms);
            network.submit(at, submit(phone(prefix, rest), &"a".repeat(length))).unwrap();
        }
        let mut lanes: BTreeMap<Carrier, Vec<Event>> = BTreeMap::new();
        for event in drain(&mut network) {
            lanes.entry(event.message.carrier).or_default().push(event);
        }
        for events in lanes.values() {
            prop_assert!(events.is_sorted_by_key(|event| event.message.id));
            let largest = events.iter().map(|event| event.message.parts).max().unwrap_or(0) as f64;
            for (first, one) in events.iter().enumerate() {
                let mut parts = 0;
                for other in &events[first..] {
                    parts += other.message.parts;
                    let window_s = other.at.since(one.at).as_secs_f64();
                    prop_assert!(parts as f64 <= rate * window_s + burst + largest + 1e-3);
                }
            }
        }
    }

    #[test]
    fn a_recipients_fate_does_not_depend_on_what_else_travels(
        mine in 1_usize..12, others in any_traffic(), seed in any::<u64>(), profile in any_profile(),
    ) {
        // Queues wide open: only the drawn part is left.
        let settings = NetworkConfig { profile, parts_per_s: 1e9, ..config() };
        let me = phone(33, 7);
        let run = |others: &[(u64, u16, u32, usize, Option<u64>)]| {
            let mut network = Network::new(settings.clone(), seed).unwrap();
            let mut at = Moment(0);
            for n in 0..mine.max(others.len()) {
                if let Some((_, prefix, rest, length, _)) = others.get(n) {
                    network.submit(at, submit(phone(*prefix, *rest), &"a".repeat(*length))).unwrap();
                }
                if n < mine {
                    network.submit(at, submit(me, "ma 123456")).unwrap();
                }
                at = at + Duration::from_secs(1);
            }
            drain(&mut network);
            let own = |(message, fate): (&Message, Fate)| (message.to == me).then_some((message.accepted, fate));
            network.ledger().entries(0, usize::MAX).filter_map(own).collect::<Vec<_>>()
        };
        let (alone, among) = (run(&[]), run(&others));
        prop_assert_eq!(alone.len(), among.len());
        for ((_, one), (_, other)) in alone.iter().zip(&among) {
            // Parts of others may hold the queue for nanoseconds even at this rate.
            let close = |a: &Moment, b: &Moment| a.signed_since(*b).abs() < 10_000;
            let same = match (one, other) {
                (Fate::Delivered(a), Fate::Delivered(b)) => close(a, b),
                (Fate::Doubled(a, b), Fate::Doubled(c, d)) => close(a, c) && close(b, d),
                (a, b) => a == b,
            };
            prop_assert!(same, "{:?} {:?}", one, other);
        }
    }

    #[test]
    fn how_often_time_is_looked_at_changes_nothing(
        traffic in any_traffic(), profile in any_profile(), seed in any::<u64>(), step_ms in 1_u64..5000,
    ) {
        let settings = NetworkConfig { profile, parts_per_s: 4.0, ..config() };
        let run = |looks: bool| {
            let mut network = Network::new(settings.clone(), seed).unwrap();
            let (mut at, mut events, mut looked) = (Moment(0), Vec::new(), Moment(0));
            for (gap_ms, prefix, rest, length, _) in &traffic {
                at = at + Duration::from_millis(*gap_ms);
                while looks && looked + Duration::from_millis(step_ms) <= at {
                    looked = looked + Duration::from_millis(step_ms);
                    network.advance(looked, |event| events.push(event));
                }
                network.submit(at, submit(phone(*prefix, *rest), &"a".repeat(*length))).unwrap();
            }
            events.extend(drain(&mut network));
            events
        };
        prop_assert_eq!(run(true), run(false));
    }
}

#[test]
fn queueing_delay_emerges_from_load() {
    let settings = NetworkConfig { profile: Profile::Instant, parts_per_s: 10.0, burst_parts: 1.0, ..config() };
    let mut network = Network::new(settings, 1).unwrap();
    for n in 0..100 {
        network.submit(Moment(0), submit(phone(32, n), "a")).unwrap();
    }
    let last = drain(&mut network).last().map(|event| event.at).unwrap();
    assert_eq!(last.0 / (100 * MS), 98, "one at once, one within the burst, 98 at 10 a second");
}

#[test]
fn a_key_stands_for_one_message() {
    let mut network =
        Network::new(NetworkConfig { limits: Limits { idempotency_keys: 2, ..Limits::default() }, ..config() }, 1)
            .unwrap();
    let keyed = |key: &str, text: &str| Submit { idempotency: Some(key.into()), ..submit(phone(32, 1), text) };
    let first = network.submit(Moment(0), keyed("a", "one")).unwrap();
    let again = network.submit(Moment(5), keyed("a", "one")).unwrap();
    assert_eq!((again.id, again.repeated, first.repeated), (first.id, true, false));
    assert_eq!(network.submit(Moment(6), keyed("a", "two")), Err(Rejected::KeyReused));
    assert_eq!(network.counts().accepted, 1);
    for (n, key) in ["b", "c"].into_iter().enumerate() {
        network.submit(Moment(7 + n as u64), keyed(key, "one")).unwrap();
    }
    assert!(!network.submit(Moment(9), keyed("a", "one")).unwrap().repeated, "the oldest key was forgotten");
}

#[test]
fn a_carrier_that_is_down_keeps_its_messages_and_the_others_go_on() {
    let mut network = Network::new(NetworkConfig { profile: Profile::Instant, ..config() }, 1).unwrap();
    let set = |state| Control {
        carriers: [(Carrier::Mobifone, CarrierSetting { state, ..CarrierSetting::default() })].into(),
        ..Control::default()
    };
    network.control(Moment(0), &set(LaneState::Down)).unwrap();
    network.submit(Moment(1), submit(phone(93, 1), "a")).unwrap();
    network.submit(Moment(1), submit(phone(32, 1), "b")).unwrap();
    assert_eq!(network.deliver(Moment(10 * MS)).iter().map(|one| &*one.text).collect::<Vec<_>>(), ["b"]);
    assert_eq!((network.queued(Carrier::Mobifone), network.next_due()), (1, None));
    network.control(Moment(20 * MS), &set(LaneState::Up)).unwrap();
    let late = network.deliver(Moment(30 * MS));
    assert_eq!((late.len(), late[0].at), (1, Moment(20 * MS)));
    network.control(Moment(40 * MS), &set(LaneState::BlackHole)).unwrap();
    network.submit(Moment(41 * MS), submit(phone(93, 1), "c")).unwrap();
    assert!(network.deliver(Moment(60 * MS)).is_empty());
    assert_eq!(network.counts().lost, 1);
}

#[test]
fn limits_refuse_and_say_when_to_come_back() {
    let limits = Limits { queue_messages: 2, phones: 3, ..Limits::default() };
    let settings = NetworkConfig { parts_per_s: 1.0, burst_parts: 1.0, limits, profile: Profile::Instant, ..config() };
    let mut network = Network::new(settings.clone(), 1).unwrap();
    let to = |network: &mut Network, n| network.submit(Moment(0), submit(phone(32, n), "a"));
    // One leaves at once, one within the burst; the third and fourth fill the queue.
    for n in [1, 2, 1, 2] {
        to(&mut network, n).unwrap();
    }
    let full = to(&mut network, 1).unwrap_err();
    assert_eq!(full, Rejected::QueueFull { carrier: Carrier::Viettel, retry_after: Duration::from_secs(1) });
    let at = Moment(2_000 * MS);
    network.submit(at, submit(phone(91, 3), "a")).unwrap();
    assert_eq!(network.submit(at, submit(phone(92, 4), "a")), Err(Rejected::TooManyPhones { limit: 3 }));

    let mut throttled = Network::new(NetworkConfig { submits_per_s: Some(2.0), ..settings }, 1).unwrap();
    for n in [1, 2, 3] {
        throttled.submit(Moment(0), submit(phone(91 + n, 1), "a")).unwrap();
    }
    let refused = throttled.submit(Moment(0), submit(phone(91, 1), "a")).unwrap_err();
    assert_eq!(refused.retry_after(), Some(Duration::from_millis(500)));
    assert!(throttled.submit(Moment(500 * MS), submit(phone(91, 1), "a")).is_err(), "a new phone beyond three");
    assert!(throttled.submit(Moment(500 * MS), submit(phone(92, 1), "a")).is_ok());
}

#[test]
fn shares_on_top_of_the_profile_lose_and_double_everything() {
    for (loss, duplicates, want) in [(0.0, 1.0, (20, 20, 0)), (1.0, 1.0, (0, 0, 20)), (0.0, 0.0, (20, 0, 0))] {
        let settings = NetworkConfig { loss, duplicates, profile: Profile::Instant, ..config() };
        let mut network = Network::new(settings, 1).unwrap();
        for n in 0..20 {
            network.submit(Moment(0), submit(phone(32, n), "a")).unwrap();
        }
        drain(&mut network);
        let counts = network.counts();
        assert_eq!((counts.delivered, counts.doubled, counts.lost), want);
    }
}

#[test]
fn what_cannot_be_sent_is_refused() {
    let mut network = Network::new(config(), 1).unwrap();
    let landline = phone(24, 1);
    assert_eq!(network.submit(Moment(0), submit(landline, "a")), Err(Rejected::BadNumber(landline)));
    assert_eq!(network.submit(Moment(0), submit(phone(32, 1), "")), Err(Rejected::EmptyText));
    let long = network.submit(Moment(0), submit(phone(32, 1), &"ơ".repeat(671)));
    assert_eq!(long, Err(Rejected::TooLong { parts: 11, limit: MAX_PARTS }));
    assert_eq!((network.counts().rejected, network.counts().accepted), (3, 0));
}

#[test]
fn the_ledger_is_bounded_and_says_what_is_missing() {
    let limits = Limits { ledger: 3, ..Limits::default() };
    let mut network = Network::new(NetworkConfig { limits, profile: Profile::Instant, ..config() }, 1).unwrap();
    for n in 0..5 {
        network.submit(Moment(0), submit(phone(32, n), "ma 012345")).unwrap();
    }
    drain(&mut network);
    let events = network.ledger().events(0, 10);
    assert_eq!((network.ledger().dropped(), events.len(), events[0].id), (2, 3, 3));
    assert_eq!(events[0].code, Some(songsinh_contract::Code(12345)));
    assert!(events.iter().all(|event| event.fate == Fate::Delivered(Moment(0))));
    assert_eq!(network.ledger().events(4, 10).len(), 1);
    assert_eq!(network.ledger().events(3, 1)[0].id, 4);
}
