//! Clerk and dispatcher in virtual time: the same bodies that run in real time.

use std::rc::Rc;
use std::time::Duration;

use songsinh_contract::{
    Clock, Digest, Moment, Operation, Outcome, PhoneNumber, Rulebook, Secret, SmsPurpose, UnixMillis,
};
use songsinh_kernel::{Kernel, KernelLimits, VirtualClock};
use songsinh_national::rules::ProofClaim;
use songsinh_national::shell::{Submitted, Twin, TwinRules};
use songsinh_national::store::MemoryStore;
use songsinh_national::{Misbehaviours, Quirk};

use super::world::{FakeWorld, PASSWORD, START_MS, call, card, code_in, entry, form, number, rules};

type VirtualTwin = Twin<MemoryStore<Box<dyn Fn() -> UnixMillis>>, FakeWorld<VirtualClock>>;

/// A twin in virtual time with its clerk and dispatcher.
fn start(gateway: Vec<Submitted>) -> (Kernel, Rc<VirtualTwin>) {
    start_with(gateway, Duration::ZERO)
}

fn start_with(gateway: Vec<Submitted>, gateway_takes: Duration) -> (Kernel, Rc<VirtualTwin>) {
    // Whoever spins is stopped soon.
    let limits = KernelLimits { polls_at_a_moment: 100_000, ..KernelLimits::default() };
    let kernel = Kernel::with_limits(UnixMillis(START_MS), limits);
    let clock = kernel.clock();
    let now: Box<dyn Fn() -> UnixMillis> = Box::new({
        let clock = clock.clone();
        move || clock.unix()
    });
    let world = FakeWorld { gateway: gateway.into(), gateway_takes, ..FakeWorld::new(clock) };
    let twin = Rc::new(Twin::new(MemoryStore::new(now, Rulebook::default()), world, rules(), 2));
    let (clerk, dispatcher) = (Rc::clone(&twin), Rc::clone(&twin));
    kernel.spawner().spawn(async move { clerk.run_clerk().await });
    kernel.spawner().spawn(async move { dispatcher.run_dispatcher().await });
    (kernel, twin)
}

async fn say(twin: &VirtualTwin, session: Option<&songsinh_contract::Token>, operation: Operation) -> Outcome {
    twin.handle(call(1, session, operation), ProofClaim::Missing).await.outcome
}

/// Journeys 1 to 3 of person 1, with the code read off the gateway.
async fn apply(twin: &VirtualTwin) {
    let opened = say(twin, None, Operation::AccountRegister { form: form(1), scanned: None }).await;
    let challenge = opened.values().unwrap().handle.clone().unwrap();
    twin.world().clock.sleep(Duration::from_secs(40)).await;
    let code = code_in(twin.world().texts().last().unwrap());
    assert!(say(twin, None, Operation::AccountConfirm { challenge: challenge.clone(), code }).await.is_done());
    let password = Secret::new(PASSWORD);
    assert!(say(twin, None, Operation::AccountSetPassword { challenge, password }).await.is_done());
    let login = Operation::SessionLogin { number: number(1), password: Secret::new(PASSWORD) };
    let session = say(twin, None, login).await.values().unwrap().session.clone().unwrap();
    let read = Operation::Level1ReadCard { printed: Box::new(card(1)), nfc: false };
    let application = say(twin, Some(&session), read).await.values().unwrap().handle.clone().unwrap();
    let portrait = Some(entry(1).portrait);
    let shown = Operation::Level1Portrait { application: application.clone(), portrait };
    assert!(say(twin, Some(&session), shown).await.is_done());
    assert!(say(twin, Some(&session), Operation::Level1Submit { application, email: None }).await.is_done());
}

#[test]
fn a_submitted_application_is_settled_when_due_with_one_notice() {
    let (mut kernel, twin) = start(Vec::new());
    kernel.block_on(apply(&twin)).unwrap();
    kernel.run_until_idle().unwrap();
    let sent = twin.world().sent.lock().unwrap().clone();
    let purposes: Vec<_> = sent.iter().map(|(_, sms)| sms.purpose).collect();
    assert_eq!(purposes, [SmsPurpose::Register, SmsPurpose::Approved]);
    assert_eq!(sent[1].0, Moment(42_000_000_000), "40 s for the code, 2 s for the clerk");
}

#[test]
fn clerk_and_dispatcher_end_when_told() {
    let (mut kernel, twin) = start(Vec::new());
    kernel.run_until_idle().unwrap();
    assert_eq!(kernel.stats().tasks, 2);
    twin.stop();
    kernel.run_until_idle().unwrap();
    assert_eq!(kernel.stats().tasks, 0);
}

#[test]
fn a_slow_gateway_is_waited_for_in_peace() {
    let (mut kernel, twin) = start_with(Vec::new(), Duration::from_secs(1));
    let ask = |serial: u32| Operation::AccountRegister { form: form(serial), scanned: None };
    kernel
        .block_on(async {
            for serial in 1..=9 {
                assert!(say(&twin, None, ask(serial)).await.is_done());
            }
        })
        .unwrap();
    kernel.run_until_idle().unwrap();
    let times: Vec<u64> = twin.world().sent.lock().unwrap().iter().map(|(at, _)| at.0 / 1_000_000_000).collect();
    assert_eq!(times, [0, 0, 1, 1, 2, 2, 3, 3, 4], "two at a time, each a second");
    assert!(kernel.stats().polls < 500, "{:?}: a full gateway is no reason to look again", kernel.stats());
}

#[test]
fn a_failed_message_goes_again_under_its_id_within_two_seconds() {
    let (mut kernel, twin) = start(vec![Submitted::Failed(None); 8]);
    let operation = Operation::AccountRegister { form: form(1), scanned: None };
    assert!(kernel.block_on(say(&twin, None, operation)).unwrap().is_done());
    kernel.run_until_idle().unwrap();
    let sent = twin.world().sent.lock().unwrap().clone();
    assert_eq!(sent.len(), 9);
    assert!(sent.iter().all(|(_, sms)| sms.id == sent[0].1.id));
    let waits: Vec<_> = sent.windows(2).map(|pair| pair[1].0.since(pair[0].0)).collect();
    assert!(waits.iter().all(|wait| *wait <= Duration::from_secs(2)), "{waits:?}");
    assert!(waits[0] <= Duration::from_millis(100) && waits[7] >= Duration::from_millis(1_500), "{waits:?}");
}

#[test]
fn a_throttled_gateway_is_left_alone_as_long_as_it_asks() {
    let (mut kernel, twin) = start(vec![Submitted::Throttled(Some(Duration::from_secs(7)))]);
    let ask = |serial: u32| Operation::AccountRegister { form: form(serial), scanned: None };
    kernel
        .block_on(async {
            assert!(say(&twin, None, ask(1)).await.is_done());
            twin.world().clock.sleep(Duration::from_secs(1)).await;
            assert!(say(&twin, None, ask(2)).await.is_done());
        })
        .unwrap();
    kernel.run_until_idle().unwrap();
    let times: Vec<u64> = twin.world().sent.lock().unwrap().iter().map(|(at, _)| at.0 / 1_000_000_000).collect();
    assert_eq!(times, [0, 7, 7], "the second person's code waits too");
}

#[test]
fn a_code_past_its_life_is_dropped_a_notice_never() {
    let (mut kernel, twin) = start(vec![Submitted::Failed(None); 1_000_000]);
    let operation = Operation::AccountRegister { form: form(1), scanned: None };
    assert!(kernel.block_on(say(&twin, None, operation)).unwrap().is_done());
    kernel.run_until_idle().unwrap();
    let last = twin.world().sent.lock().unwrap().last().unwrap().0;
    assert!(last < Moment(180_000_000_000) && last > Moment(177_000_000_000), "{last:?}");
}

#[test]
fn codes_go_ahead_of_notices() {
    // Two slots at the gateway, and 30 s of silence while notices and codes queue up.
    let (mut kernel, twin) = start(Vec::new());
    kernel.block_on(apply(&twin)).unwrap();
    *twin.world().gateway.lock().unwrap() = vec![Submitted::Throttled(Some(Duration::from_secs(10)))];
    kernel
        .block_on(async {
            twin.world().clock.sleep(Duration::from_secs(3)).await;
            for serial in 2..=4 {
                let mut form = form(serial);
                form.phone = PhoneNumber::from_parts(91, serial);
                assert!(say(&twin, None, Operation::AccountRegister { form, scanned: None }).await.is_done());
            }
        })
        .unwrap();
    kernel.run_until_idle().unwrap();
    let sent = twin.world().texts();
    let tail: Vec<_> = sent.iter().rev().take(4).rev().map(|sms| sms.purpose).collect();
    assert_eq!(
        tail,
        [SmsPurpose::Register, SmsPurpose::Register, SmsPurpose::Register, SmsPurpose::Approved],
        "the notice was throttled first and still goes last"
    );
}

#[test]
fn when_the_population_database_is_silent_nothing_changes() {
    let (outcome, is_empty) = without_population(rules());
    assert!(matches!(outcome, Outcome::Unavailable { retry_after: Some(_) }));
    assert!(is_empty, "not even the proof is noted, so the same request may come again");
    let quirks = Misbehaviours::none().with(Quirk::FailureIsAFault, 1.0);
    let (outcome, is_empty) = without_population(TwinRules { quirks, ..rules() });
    assert_eq!(outcome, Outcome::Fault { status: 500 });
    assert!(is_empty);
}

/// What a registration is told while the population database is silent, and whether it left nothing.
fn without_population(rules: TwinRules) -> (Outcome, bool) {
    let mut kernel = Kernel::new(UnixMillis(START_MS));
    let clock = kernel.clock();
    let now = {
        let clock = clock.clone();
        move || clock.unix()
    };
    let world = FakeWorld { population_fails: true, ..FakeWorld::new(clock) };
    let twin = Twin::new(MemoryStore::new(now, Rulebook::default()), world, rules, 2);
    let proof = ProofClaim::Sound { key: Digest(1), jti: Digest(2), iat_ms: START_MS, jwk: "".into() };
    let asked = call(1, None, Operation::AccountRegister { form: form(1), scanned: None });
    let answer = kernel.block_on(twin.handle(asked, proof)).unwrap();
    (answer.outcome, twin.store().is_empty())
}
