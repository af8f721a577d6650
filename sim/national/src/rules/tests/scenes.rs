//! Scenes of the quieter misbehaviours: each gives whether the system under test misbehaved.
//!
//! Invariant: a scene is one that a right twin plays through without misbehaving, so that what it gives is the
//! misbehaviour's doing.

use std::time::Duration;

use songsinh_contract::{CardStatus, Code, Level, Operation, Reason, Secret, Sex, SmsPurpose, Token};

use super::qr::{Meeting, activated};
use super::utilities::{Desk, bill};
use super::world::{Human, PASSWORD, World, done, handle, questions, refused, wrong};
use crate::quirks::Quirk;
use crate::records::Binding;
use crate::rules::{ProofClaim, Replies};
use crate::words::APPROVED_SMS;

const REGISTER: SmsPurpose = SmsPurpose::Register;
const OTHER: &str = "Mat-Khau-2";

/// A group of scenes; none for a misbehaviour of another group.
type Scenes = fn(Quirk, World) -> Option<bool>;

/// The group in which a misbehaviour has its scene, if it has one here.
pub fn scenes_of(quirk: Quirk) -> Option<Scenes> {
    Some(match quirk {
        Quirk::ScanUnchecked
        | Quirk::CorrectionRefused
        | Quirk::NumberFilledUp
        | Quirk::SecondAccount
        | Quirk::AccountCheckedEarly
        | Quirk::AccountFromCodeOn
        | Quirk::NoticeTooEarly
        | Quirk::WriteLost => registering,
        Quirk::AttemptsUnlimited
        | Quirk::AttemptsOffByOne
        | Quirk::ResendForgivesAll
        | Quirk::CodeOfAnyPurpose
        | Quirk::ResendGapUnchecked
        | Quirk::OneResendMore
        | Quirk::OtpASecondMore
        | Quirk::ResendLengthensLife
        | Quirk::CodeFromPhone
        | Quirk::OtpServesTwiceAtOnce
        | Quirk::CodeSmsWithLink => coded,
        Quirk::PasswordUnchecked
        | Quirk::LockASecondShort
        | Quirk::LockoutOffByOne
        | Quirk::LockoutForgotten
        | Quirk::PasswordWithoutSign
        | Quirk::SessionASecondMore
        | Quirk::LogoutKeepsSession
        | Quirk::LoginSendsCode
        | Quirk::PasswordChangeLies
        | Quirk::RefusedChangeChanges
        | Quirk::ResetToNamedPhone
        | Quirk::ResetLiftsLock => logged_in,
        Quirk::CardOfAnother
        | Quirk::CardShownWrong
        | Quirk::WithdrawnCardServes
        | Quirk::PrintedQrAlways
        | Quirk::PortraitOptional
        | Quirk::EmailRequired
        | Quirk::Level1WithoutLogin
        | Quirk::AnybodyDecides
        | Quirk::NoticeMissing
        | Quirk::NoticeTwice
        | Quirk::NoticeOfTheOpposite => applying,
        Quirk::AppAccountActivates
        | Quirk::FirstMessageWrong
        | Quirk::SecondMessageWrong
        | Quirk::ActivatesAgain
        | Quirk::PasswordStepAlways
        | Quirk::ShortPasscode
        | Quirk::OneQuestionSuffices
        | Quirk::PasscodeSkipped
        | Quirk::ActiveFromCodeOn
        | Quirk::WindowASecondMore
        | Quirk::BindingCheckedEarly => activating,
        Quirk::UnlockWithoutSwitch
        | Quirk::RefusedPaymentPays
        | Quirk::RefusedScanUsesUp
        | Quirk::TransferToAnybody
        | Quirk::Overdraft
        | Quirk::PaidTwiceAtOnce
        | Quirk::ProofReplayable
        | Quirk::ProofAgeUnchecked
        | Quirk::QrSurvivesRelease => using,
        _ => return None,
    })
}

fn ask_register(world: &mut World, human: &Human, number: &str) -> songsinh_contract::Outcome {
    let mut form = human.form();
    form.number = number.into();
    world.by(human, None, Operation::AccountRegister { form, scanned: None })
}

fn registering(quirk: Quirk, mut world: World) -> Option<bool> {
    let (human, other) = (Human::new(1), Human::new(2));
    let number = human.number.to_string();
    Some(match quirk {
        Quirk::ScanUnchecked => {
            let scanned = Some(Box::new(other.card()));
            world.by(&human, None, Operation::AccountRegister { form: human.form(), scanned }).is_done()
        }
        Quirk::CorrectionRefused => {
            let mut form = human.form();
            form.name = "Ai Đó".into();
            let outcome = world.by(&human, None, Operation::AccountRegister { form, scanned: None });
            refused(outcome, Reason::PopulationMismatch);
            !ask_register(&mut world, &human, &number).is_done()
        }
        Quirk::NumberFilledUp => ask_register(&mut world, &human, &number[..11]).is_done(),
        Quirk::SecondAccount => {
            world.make_account(&human);
            ask_register(&mut world, &human, &number).is_done()
        }
        Quirk::AccountCheckedEarly => {
            let mut second = other.clone();
            (second.number, second.entry) = (human.number, human.entry.clone());
            let (one, two) = (world.register(&human), world.register(&second));
            for (human, challenge) in [(&human, &one), (&second, &two)] {
                let sms = world.outbox.iter().rev().find(|sms| sms.to == human.phone).cloned().unwrap();
                let at = sms.text.find(" la ").unwrap() + 4;
                let code = Code(sms.text[at..at + 6].parse().unwrap());
                done(world.confirm(human, challenge, code));
            }
            done(world.set_password(&human, &one));
            world.set_password(&second, &two).is_done()
        }
        Quirk::AccountFromCodeOn => {
            let challenge = world.register(&human);
            let code = world.last_code(REGISTER);
            done(world.confirm(&human, &challenge, code));
            let logged_in = world.try_login(&human, OTHER).is_done();
            done(world.set_password(&human, &challenge));
            assert!(!world.try_login(&human, OTHER).is_done());
            logged_in
        }
        Quirk::NoticeTooEarly => {
            world.make_account(&human);
            world.count(SmsPurpose::Approved) > 0
        }
        Quirk::WriteLost => {
            let challenge = world.register(&human);
            let code = world.last_code(REGISTER);
            !world.confirm(&human, &challenge, code).is_done()
        }
        _ => return None,
    })
}

fn again(world: &mut World, human: &Human, challenge: &Token) -> songsinh_contract::Outcome {
    world.by(human, None, Operation::AccountResend { challenge: challenge.clone() })
}

fn coded(quirk: Quirk, mut world: World) -> Option<bool> {
    let human = Human::new(1);
    if quirk == Quirk::CodeOfAnyPurpose {
        world.make_level1(&human);
        let challenge = handle(world.request(&human));
        let code = world.outbox.iter().find(|sms| sms.purpose == REGISTER).cloned().unwrap();
        let at = code.text.find(" la ").unwrap() + 4;
        let code = Code(code.text[at..at + 6].parse().unwrap());
        return Some(world.by(&human, None, Operation::ActivationConfirm { challenge, code }).is_done());
    }
    if quirk == Quirk::ResendLengthensLife {
        world.book.otp_resend_policy = songsinh_contract::ResendPolicy::SameCode;
    }
    let challenge = world.register(&human);
    let code = world.last_code(REGISTER);
    let wrong_ones = |world: &mut World, count: u32, code| {
        for _ in 0..count {
            refused(world.confirm(&human, &challenge, wrong(code)), Reason::CodeWrong);
        }
    };
    let attempts = world.book.otp_attempts;
    Some(match quirk {
        Quirk::AttemptsUnlimited | Quirk::AttemptsOffByOne => {
            wrong_ones(&mut world, attempts, code);
            world.confirm(&human, &challenge, code).is_done()
        }
        Quirk::ResendForgivesAll => {
            for _ in 0..world.book.otp_attempts_per_window / attempts {
                let code = world.last_code(REGISTER);
                wrong_ones(&mut world, attempts, code);
                world.wait_gap();
                done(again(&mut world, &human, &challenge));
            }
            let code = world.last_code(REGISTER);
            world.confirm(&human, &challenge, code).is_done()
        }
        Quirk::ResendGapUnchecked => again(&mut world, &human, &challenge).is_done(),
        Quirk::OneResendMore => {
            for _ in 0..world.book.otp_resends_per_window {
                world.wait_gap();
                done(again(&mut world, &human, &challenge));
            }
            world.wait_gap();
            let more = again(&mut world, &human, &challenge).is_done();
            world.wait_gap();
            assert!(!again(&mut world, &human, &challenge).is_done());
            more
        }
        Quirk::OtpASecondMore => {
            world.wait(world.book.otp_lifetime + Duration::from_millis(999));
            world.confirm(&human, &challenge, code).is_done()
        }
        Quirk::ResendLengthensLife => {
            world.wait_gap();
            done(again(&mut world, &human, &challenge));
            assert_eq!(world.last_code(REGISTER), code);
            world.wait(world.book.otp_lifetime - world.book.otp_resend_gap);
            world.confirm(&human, &challenge, code).is_done()
        }
        Quirk::CodeFromPhone => u64::from(code.0) == human.phone.as_u64() % 1_000_000,
        Quirk::OtpServesTwiceAtOnce => {
            done(world.confirm(&human, &challenge, code));
            world.wait_ms(100);
            let twice = world.confirm(&human, &challenge, code).is_done();
            world.wait_ms(1_000);
            assert!(!world.confirm(&human, &challenge, code).is_done());
            twice
        }
        Quirk::CodeSmsWithLink => world.outbox.iter().any(|sms| sms.text.contains("http")),
        _ => return None,
    })
}

fn logged_in(quirk: Quirk, mut world: World) -> Option<bool> {
    let (human, other) = (Human::new(1), Human::new(2));
    world.make_account(&human);
    let lock_out = |world: &mut World| {
        for _ in 0..world.book.login_attempts {
            refused(world.try_login(&human, OTHER), Reason::CredentialsWrong);
        }
    };
    let session = world.login(&human);
    let change = |old: &str| Operation::PasswordChange { old: Secret::new(old), new: Secret::new("Mat-Khau-3") };
    let reset =
        |world: &mut World, phone| world.by(&human, None, Operation::ResetRequest { number: human.number, phone });
    Some(match quirk {
        Quirk::PasswordUnchecked => world.try_login(&human, OTHER).is_done(),
        Quirk::LockASecondShort => {
            lock_out(&mut world);
            world.wait(world.book.login_lock - Duration::from_millis(999));
            world.try_login(&human, PASSWORD).is_done()
        }
        Quirk::LockoutOffByOne => {
            lock_out(&mut world);
            world.try_login(&human, PASSWORD).is_done()
        }
        Quirk::LockoutForgotten => {
            world.make_account(&other);
            lock_out(&mut world);
            world.wait_ms(1);
            world.login(&other);
            world.try_login(&human, PASSWORD).is_done()
        }
        Quirk::PasswordWithoutSign => {
            let change = Operation::PasswordChange { old: Secret::new(PASSWORD), new: Secret::new("Matkhau123") };
            world.by(&human, Some(&session), change).is_done()
        }
        Quirk::SessionASecondMore => {
            world.wait(world.book.session_idle + Duration::from_millis(999));
            world.show(&human, &session).is_done()
        }
        Quirk::LogoutKeepsSession => {
            done(world.by(&human, Some(&session), Operation::SessionLogout));
            world.show(&human, &session).is_done()
        }
        Quirk::LoginSendsCode => world.count(REGISTER) > 1,
        Quirk::PasswordChangeLies => {
            done(world.by(&human, Some(&session), change(PASSWORD)));
            world.try_login(&human, PASSWORD).is_done()
        }
        Quirk::RefusedChangeChanges => {
            refused(world.by(&human, Some(&session), change(OTHER)), Reason::CredentialsWrong);
            !world.try_login(&human, PASSWORD).is_done()
        }
        Quirk::ResetToNamedPhone => {
            done(reset(&mut world, other.phone));
            world.outbox.iter().any(|sms| sms.to == other.phone)
        }
        Quirk::ResetLiftsLock => {
            lock_out(&mut world);
            let challenge = handle(reset(&mut world, human.phone));
            let code = world.last_code(SmsPurpose::Reset);
            done(world.by(&human, None, Operation::ResetConfirm { challenge: challenge.clone(), code }));
            let password = Secret::new("Mat-Khau-3");
            done(world.by(&human, None, Operation::ResetSetPassword { challenge, password }));
            world.try_login(&human, "Mat-Khau-3").is_done()
        }
        _ => return None,
    })
}

fn applying(quirk: Quirk, mut world: World) -> Option<bool> {
    let (human, other) = (Human::new(1), Human::new(2));
    world.make_account(&human);
    let session = world.login(&human);
    let read = |world: &mut World, whose: &Human, session: Option<&Token>, nfc| {
        world.by(&human, session, Operation::Level1ReadCard { printed: Box::new(whose.card()), nfc })
    };
    Some(match quirk {
        Quirk::CardOfAnother => read(&mut world, &other, Some(&session), false).is_done(),
        Quirk::CardShownWrong => {
            done(read(&mut world, &human, Some(&session), false)).shown.unwrap().sex != Some(Sex::Male)
        }
        Quirk::WithdrawnCardServes => {
            let card = &mut world.people.get_mut(&human.number).unwrap().card;
            card.as_mut().unwrap().status = CardStatus::Lost;
            read(&mut world, &human, Some(&session), false).is_done()
        }
        Quirk::PrintedQrAlways => read(&mut world, &human, Some(&session), true).is_done(),
        Quirk::Level1WithoutLogin => read(&mut world, &human, None, false).is_done(),
        Quirk::PortraitOptional => {
            let application = handle(read(&mut world, &human, Some(&session), false));
            world.by(&human, Some(&session), Operation::Level1Submit { application, email: None }).is_done()
        }
        Quirk::EmailRequired => {
            let application = handle(read(&mut world, &human, Some(&session), false));
            let portrait = Some(human.entry.portrait);
            let operation = Operation::Level1Portrait { application: application.clone(), portrait };
            done(world.by(&human, Some(&session), operation));
            !world.by(&human, Some(&session), Operation::Level1Submit { application, email: None }).is_done()
        }
        Quirk::AnybodyDecides => {
            world.apply(&human, &session);
            let operation = Operation::ApplicationDecide { number: human.number, approve: true };
            world.by(&human, Some(&session), operation).is_done()
        }
        Quirk::NoticeMissing | Quirk::NoticeTwice | Quirk::NoticeOfTheOpposite => {
            world.apply(&human, &session);
            world.wait(world.approval.delay_max);
            world.settle_due();
            assert_eq!(world.account(&human).level, Level::One);
            let approvals = world.outbox.iter().filter(|sms| *sms.text == *APPROVED_SMS).count();
            approvals != 1 || world.count(SmsPurpose::Rejected) != 0
        }
        _ => return None,
    })
}

fn activating(quirk: Quirk, mut world: World) -> Option<bool> {
    let human = Human::new(1);
    if matches!(quirk, Quirk::AppAccountActivates | Quirk::FirstMessageWrong) {
        world.make_account(&human);
        let asked = world.request(&human);
        return Some(asked != crate::rules::Answer::refused(Reason::NotIdentified).outcome);
    }
    world.make_level1(&human);
    let step = |challenge: &Token, text: &str, passcode: bool| {
        let (challenge, secret) = (challenge.clone(), Secret::new(text));
        if passcode {
            Operation::ActivationSetPasscode { challenge, passcode: secret }
        } else {
            Operation::ActivationSetPassword { challenge, password: secret }
        }
    };
    let confirmed = |world: &mut World| {
        let challenge = handle(world.request(&human));
        let code = world.last_code(SmsPurpose::Activate);
        done(world.by(&human, None, Operation::ActivationConfirm { challenge: challenge.clone(), code }));
        challenge
    };
    Some(match quirk {
        Quirk::SecondMessageWrong | Quirk::ActivatesAgain => {
            world.activate(&human);
            world.request(&human) != crate::rules::Answer::refused(Reason::AlreadyActivated).outcome
        }
        Quirk::PasswordStepAlways => {
            let challenge = confirmed(&mut world);
            world.by(&human, None, step(&challenge, OTHER, false)).is_done()
        }
        Quirk::ShortPasscode => {
            let challenge = confirmed(&mut world);
            assert!(!world.by(&human, None, step(&challenge, "123", true)).is_done());
            world.by(&human, None, step(&challenge, "1234", true)).is_done()
        }
        Quirk::OneQuestionSuffices => {
            let challenge = world.half_activate(&human);
            world.by(&human, None, questions(&challenge, &[(1, "Hoa Hồng")])).is_done()
        }
        Quirk::PasscodeSkipped => {
            let challenge = confirmed(&mut world);
            world.finish(&human, &challenge).is_done()
        }
        Quirk::ActiveFromCodeOn => {
            let challenge = confirmed(&mut world);
            let bound = world.get::<Binding>(human.device).is_some();
            done(world.by(&human, None, step(&challenge, "135790", true)));
            done(world.finish(&human, &challenge));
            bound
        }
        Quirk::WindowASecondMore => {
            world.wait(world.book.activation_window + Duration::from_millis(999));
            world.request(&human).is_done()
        }
        Quirk::BindingCheckedEarly => {
            let mut second = human.clone();
            (second.device, second.key) = (Human::new(3).device, Human::new(3).key);
            let (one, two) = (world.half_activate(&human), world.half_activate(&second));
            done(world.finish(&human, &one));
            // The second's answers were hashed before the first was done.
            let hashes = Some(["one", "two"].map(Into::into).to_vec());
            let proof = world.proof(second.key);
            let last = questions(&two, &[(1, "Hoa Hồng"), (4, "Mèo")]);
            world.call_told(second.device, None, proof, last, Replies { hashes, ..Replies::default() }).is_done()
        }
        _ => return None,
    })
}

fn using(quirk: Quirk, world: World) -> Option<bool> {
    match quirk {
        Quirk::RefusedScanUsesUp | Quirk::QrSurvivesRelease => return Some(scanning(quirk, world)),
        Quirk::RefusedPaymentPays | Quirk::TransferToAnybody | Quirk::Overdraft | Quirk::PaidTwiceAtOnce => {
            return Some(paying(quirk, world));
        }
        _ => {}
    }
    let (mut world, human) = (world, Human::new(1));
    let session = world.make_level2(&human);
    Some(match quirk {
        Quirk::UnlockWithoutSwitch => {
            world.by(&human, None, Operation::SessionUnlock { number: human.number }).is_done()
        }
        Quirk::ProofReplayable => {
            let proof = world.proof(human.key);
            done(world.call(human.device, Some(&session), proof.clone(), Operation::AccountShow));
            world.call(human.device, Some(&session), proof, Operation::AccountShow).is_done()
        }
        Quirk::ProofAgeUnchecked => {
            let ProofClaim::Sound { key, jti, iat_ms, jwk } = world.proof(human.key) else { return None };
            let proof = ProofClaim::Sound { key, jti, iat_ms: iat_ms - 121_000, jwk };
            world.call(human.device, Some(&session), proof, Operation::AccountShow).is_done()
        }
        _ => return None,
    })
}

fn scanning(quirk: Quirk, world: World) -> bool {
    let mut meeting = Meeting::in_world(world);
    let ticket = meeting.mint();
    let text = meeting.text(&ticket);
    if quirk == Quirk::QrSurvivesRelease {
        let (citizen, session) = (meeting.citizen.clone(), meeting.of_citizen.clone());
        done(meeting.world.by(&citizen, Some(&session), Operation::DeviceRelease));
        return meeting.scan(&text).is_done();
    }
    let official = meeting.official.clone();
    let qr = super::qr::scan_of(&text);
    refused(meeting.world.by(&official, None, qr), Reason::SessionMissing);
    !meeting.scan(&text).is_done()
}

fn paying(quirk: Quirk, world: World) -> bool {
    let pay = |request: &str, bill: &str, amount_vnd| Operation::PaymentPay {
        request: Token::new(request),
        bill: bill.into(),
        amount_vnd,
    };
    let mut desk = Desk::open(world);
    let mine = bill(&desk.human, songsinh_contract::BillKind::Electricity, 450_000);
    let send = |to, amount_vnd| Operation::PaymentTransfer { request: Token::new("t"), to, amount_vnd };
    match quirk {
        Quirk::RefusedPaymentPays => {
            let before = done(desk.ask(Operation::PaymentBalance)).balance_vnd;
            refused(desk.ask(pay("a", &mine.id, 1_000)), Reason::BillUnknown);
            done(desk.ask(Operation::PaymentBalance)).balance_vnd != before
        }
        Quirk::TransferToAnybody => desk.ask(send(Human::new(2).number, 1)).is_done(),
        Quirk::Overdraft => {
            let neighbour = Human::new(2);
            activated(&mut desk.world, &neighbour, Level::One);
            desk.ask(send(neighbour.number, 9_000_000_000)).is_done()
        }
        Quirk::PaidTwiceAtOnce => {
            done(desk.ask(pay("a", &mine.id, mine.amount_vnd)));
            // The register was asked before the first payment was done.
            let bills = Some(desk.world.bills[&desk.human.number].clone());
            let proof = desk.world.proof(desk.human.key);
            let (device, session) = (desk.human.device, desk.session.clone());
            let twice = pay("b", &mine.id, mine.amount_vnd);
            let replies = Replies { bills, ..Replies::default() };
            desk.world.call_told(device, Some(&session), proof, twice, replies).is_done()
        }
        _ => panic!("{quirk} has no scene"),
    }
}
