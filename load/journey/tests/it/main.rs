//! The journeys and their twists against scripted stages.

#[cfg(test)]
mod endings;
#[cfg(test)]
mod stage;
#[cfg(test)]
mod standing;
