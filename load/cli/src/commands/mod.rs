//! One file a command.

pub mod check;
pub mod check_record;
pub mod diff;
pub mod explain;
pub mod files;
pub mod gateway;
pub mod kill_matrix;
pub mod phone;
pub mod plan;
pub mod population;
pub mod report;
pub mod run;
pub mod ticket;
pub mod trace;
pub mod twin;
pub mod up;
pub mod validate;
