//! Known issues: violations that do not fail the run until their date.

use jiff::civil::Date;
use songsinh_contract::Rule;

use crate::read::record;
use crate::units::Text;

record! {
    /// A violation that is known: shown, but it fails the run only from the day after its date on.
    pub struct Known ("a known issue") {
        /// The rule that is broken.
        "rule" rule: Rule, required;
        /// Where it is written up.
        "issue" issue: Text, required;
        /// The last day on which it is excused, by the calendar of the machine.
        "until" until: Date, required;
    }
}
