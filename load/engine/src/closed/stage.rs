//! A cell's stage over a Goose user.
//!
//! Invariant: a story on it is `Send`, as Goose's transactions must be; the test below does not compile otherwise.

use songsinh_contract::{Call, CitizenIndex, Clock, Loss, Moment, Outcome, PhoneNumber, SmsPurpose};
use songsinh_journey::Stage;
use songsinh_kernel::RealClock;
use songsinh_phone::Received;
use songsinh_target::{GooseTarget, Target};

use super::house::House;
use crate::stage::{Place, UnderWay, given_up};

/// The stage of one cell, for one journey of one user.
pub(super) struct GooseStage<'s, 'u> {
    pub(super) target: &'s GooseTarget<'u>,
    pub(super) house: &'s House,
    pub(super) place: Place,
}

impl Stage for GooseStage<'_, '_> {
    type Clock = RealClock;

    fn clock(&self) -> &RealClock {
        self.house.clock()
    }

    async fn perform(&self, member: CitizenIndex, call: Call, intended: Moment) -> Outcome {
        // What the target lacks is not asked: it is no call, and no error.
        if !self.target.covers(call.operation.name()) {
            return Outcome::Indeterminate(Loss::NotSent);
        }
        let seq = self.house.board().next_seq(self.place.cell);
        let asked = self.place.asked(seq, member, call, intended);
        let sent = self.house.clock().now();
        let under_way = UnderWay::new(asked, |asked| {
            let answer = given_up(sent, self.house.clock().now());
            self.house.board().observe(self.place.observation(asked, answer));
        });
        let Some(asked) = under_way.asked() else { return Outcome::Indeterminate(Loss::NotSent) };
        let answer = self.target.call(&asked.call, asked.trace).await;
        let outcome = answer.outcome.clone();
        if let Some(asked) = under_way.answered() {
            self.house.board().observe(self.place.observation(asked, answer));
        }
        outcome
    }

    async fn await_sms(
        &self,
        phone: PhoneNumber,
        purpose: SmsPurpose,
        after: Moment,
        until: Moment,
    ) -> Option<Received> {
        let inbox = self.house.board().inbox(phone)?;
        inbox.wait(self.house.clock(), purpose, Moment(after.0 + 1), until).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use goose::goose::{GooseUser, TransactionFunction, TransactionResult};
    use songsinh_contract::{ArrivalId, CellId, Chance, Purpose, Rulebook};
    use songsinh_journey::{Cast, Ending, Play, Story, play_story};
    use songsinh_scenario::{Journey, Patience};
    use songsinh_target::Compiled;
    use std::pin::Pin;
    use std::sync::Arc;
    use std::time::Duration;

    /// What a user of Goose does with a journey, without the rest of the house.
    fn boxed<'r>(
        user: &'r mut GooseUser,
        house: Arc<House>,
        compiled: Arc<Compiled>,
        mut cast: Cast,
    ) -> Pin<Box<dyn Future<Output = TransactionResult> + Send + 'r>> {
        Box::pin(async move {
            let target = GooseTarget::new(user, compiled);
            let place = Place { cell: CellId(1), arrival: ArrivalId(1), seed: 1 };
            let stage = GooseStage { target: &target, house: &house, place };
            let book = Rulebook::default();
            let seconds = Duration::from_secs;
            let patience = Patience { retry_after_no_sms: seconds(8), give_up_after: seconds(60) };
            let play = Play::new(&stage, &book, &patience, Chance::new(1, Purpose::named("test"), 1), Moment(1));
            let ending: Ending = play_story(play, &mut cast, &Story::new(Journey::Activate, None)).await;
            assert_eq!(ending, Ending::Completed);
            Ok(())
        })
    }

    #[test]
    fn the_one_body_of_a_journey_is_send_and_boxes_into_a_transaction() {
        fn transaction(house: Arc<House>, compiled: Arc<Compiled>, cast: Cast) -> TransactionFunction {
            Arc::new(move |user| boxed(user, Arc::clone(&house), Arc::clone(&compiled), cast.clone()))
        }
        fn shared<T: Send + Sync>() {}
        shared::<House>();
        let _compiles: fn(Arc<House>, Arc<Compiled>, Cast) -> TransactionFunction = transaction;
    }
}
