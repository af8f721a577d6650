//! The journeys of the letters, one file each, and which twist plays which story.

mod activate;
mod forgot_password;
mod level1;
mod level2;
mod login;
mod move_device;
mod payments;
mod personal_page;
mod qr_switch;
mod reached;
mod refresh;
mod register;
mod release_device;
mod services;
mod verify_qr;
mod wallet;

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use songsinh_scenario::{Edges, Journey, Script, Twist};

use crate::{Cast, Ending, Play, Stage, script, twists};

pub(crate) use move_device::move_to_spare;
pub(crate) use verify_qr::meet;

/// What is to be played.
#[derive(Debug, Clone, PartialEq)]
pub struct Story {
    /// What the citizen sets out to do.
    pub journey: Journey,
    /// The mistake or attack on the way.
    pub twist: Option<Twist>,
    /// How long after it was made a QR is scanned: a span within one of these, by chance. Empty: as the story has it.
    pub scan_after: Vec<RangeInclusive<Duration>>,
    /// How near to an edge of the rulebook it acts, and on which side, where it aims at one.
    pub edges: Edges,
    /// The story step by step, instead of journey and twist.
    pub script: Option<Arc<Script>>,
}

impl Story {
    /// A story in which nothing more is asked for.
    #[must_use]
    pub fn new(journey: Journey, twist: Option<Twist>) -> Self {
        Self { journey, twist, scan_after: Vec::new(), edges: Edges::default(), script: None }
    }
}

/// How many citizens have a helper at hand.
const HELPED: f64 = 0.15;

/// Plays a whole story. What it leaves its people with stands in their [`standing`](crate::Actor::standing) after it.
pub async fn play_story<S: Stage>(mut play: Play<'_, S>, cast: &mut Cast, story: &Story) -> Ending {
    play.scan_after.clone_from(&story.scan_after);
    play.edges.clone_from(&story.edges);
    play.helped = play.chance.happens(HELPED);
    if let Some(steps) = &story.script {
        script::play(&mut play, cast, steps).await;
        return Ending::Completed;
    }
    let done = match story.twist {
        None => honest(&mut play, cast, story.journey).await,
        Some(twist) => twists::play_twist(&mut play, cast, twist).await,
    };
    match done {
        Ok(()) => Ending::Completed,
        Err(ending) => ending,
    }
}

async fn honest<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast, journey: Journey) -> Result<(), Ending> {
    match journey {
        Journey::Reached => reached::reached(play, cast).await,
        Journey::Register => register::register(play, cast).await,
        Journey::Login => login::login(play, cast).await,
        Journey::Level1 => level1::level1(play, cast).await,
        Journey::Level2 => level2::level2(play, cast).await,
        Journey::Activate => activate::activate(play, cast).await,
        Journey::Level2AfterLevel1 => level2::level2_after_level1(play, cast).await,
        Journey::ActivateLevel2 => level2::activate_level2(play, cast).await,
        Journey::QrSwitch => qr_switch::qr_switch(play, cast).await,
        Journey::VerifyQr => verify_qr::verify_qr(play, cast).await,
        Journey::Wallet => wallet::wallet(play, cast).await,
        Journey::Services => services::services(play, cast).await,
        Journey::Payments => payments::payments(play, cast).await,
        Journey::PersonalPage => personal_page::personal_page(play, cast).await,
        Journey::MoveDevice => move_device::move_device(play, cast).await,
        Journey::ReleaseDevice => release_device::release_device(play, cast).await,
        Journey::Refresh => refresh::refresh(play, cast).await,
        Journey::ForgotPassword => forgot_password::forgot_password(play, cast).await,
    }
}
