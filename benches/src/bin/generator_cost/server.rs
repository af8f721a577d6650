//! The servers that a comparison can start, each a child on core 0.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use clap::ValueEnum;

use crate::error::CostError;

/// Which server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Answers 153 bytes to anything.
    Trivial,
    /// The built-in twin, in memory: the program `songsinh` beside this one.
    Twin,
}

/// A child that does not outlive this program's interest in it.
pub struct Server {
    child: Child,
    url: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Starts it and waits until it says where it serves.
    pub fn start(kind: Kind) -> Result<Self, CostError> {
        let own = std::env::current_exe()?;
        let (program, arguments, path) = match kind {
            Kind::Trivial => (own, vec!["serve", "0"], "/v1/codes"),
            Kind::Twin => {
                let listen = ["twin", "--listen", "127.0.0.1:0", "--store", "memory", "--until-stdin-closes"];
                (own.with_file_name("songsinh"), listen.to_vec(), "/health")
            }
        };
        let name = || program.display().to_string();
        let mut command = Command::new("taskset");
        command.args(["-c", "0"]).arg(&program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let child = command.spawn().map_err(|error| CostError::Start { program: name(), error })?;
        let mut server = Self { child, url: String::new() };
        let mut line = String::new();
        if let Some(out) = server.child.stdout.take() {
            BufReader::new(out).read_line(&mut line)?;
        }
        let port = line.trim().rsplit([':', ' ']).next().and_then(|port| port.parse::<u16>().ok());
        let port = port.ok_or_else(|| CostError::NoFigure { program: name(), said: line })?;
        server.url = format!("http://127.0.0.1:{port}{path}");
        Ok(server)
    }
    /// What is asked of it.
    pub fn url(&self) -> &str {
        &self.url
    }
}
