//! The journeys and their twists against scripted stages.

mod endings;
mod stage;
mod standing;
