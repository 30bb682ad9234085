//! The boards that QEMU plays.

use crate::toolchain::Build;
use anyhow::{Context, Result};
use std::path::Path;
use std::process::Command;

#[derive(Debug)]
pub(crate) struct Board {
    pub(crate) core: &'static str,
    pub(crate) target: &'static str,
    /// The feature of the firmware, which chooses the memory map.
    pub(crate) feature: &'static str,
    pub(crate) machine: &'static str,
    pub(crate) has_cas: bool,
}

pub(crate) const BOARDS: [Board; 7] = [
    Board {
        core: "Cortex-M0",
        target: "thumbv6m-none-eabi",
        feature: "microbit",
        machine: "microbit",
        has_cas: false,
    },
    Board {
        core: "Cortex-M3",
        target: "thumbv7m-none-eabi",
        feature: "lm3s6965evb",
        machine: "lm3s6965evb",
        has_cas: true,
    },
    Board {
        core: "Cortex-M4",
        target: "thumbv7em-none-eabi",
        feature: "mps2-an386",
        machine: "mps2-an386",
        has_cas: true,
    },
    Board {
        core: "Cortex-M7",
        target: "thumbv7em-none-eabi",
        feature: "mps2-an500",
        machine: "mps2-an500",
        has_cas: true,
    },
    Board {
        core: "Cortex-M33",
        target: "thumbv8m.main-none-eabi",
        feature: "mps2-an505",
        machine: "mps2-an505",
        has_cas: true,
    },
    Board {
        core: "RV32IMAC",
        target: "riscv32imac-unknown-none-elf",
        feature: "riscv-virt",
        machine: "virt",
        has_cas: true,
    },
    Board {
        core: "RV32IMC",
        target: "riscv32imc-unknown-none-elf",
        feature: "riscv-virt",
        machine: "virt",
        has_cas: false,
    },
];

/// The board with two cores.
pub(crate) const TWO_CORES: Board = Board {
    core: "2 x Cortex-M33",
    target: "thumbv8m.main-none-eabi",
    feature: "mps2-an521",
    machine: "mps2-an521",
    has_cas: true,
};

/// The processor time that a run may take, in seconds, so that a busy machine does not look like a
/// hang. An image that hangs uses it up: it spins, or QEMU puts its clock forward.
const LIMIT: &str = "900";

impl Board {
    pub(crate) fn firmware<'a>(&'a self, program: &'a str, features: &'a str) -> Build<'a> {
        Build { target: self.target, package: "firmware", program, features, ..Build::default() }
    }

    /// Runs an image to its end, every instruction in the same time: what it printed, or what went
    /// wrong.
    pub(crate) fn run(&self, image: &Path, arguments: &[&str]) -> Result<Result<String, String>> {
        // 256 ns an instruction: with less, the timers do not keep up.
        self.run_with(image, &["-icount", "shift=8,sleep=off"], arguments)
    }

    /// Runs an image as fast as it goes, each core in a thread.
    pub(crate) fn run_freely(&self, image: &Path) -> Result<Result<String, String>> {
        self.run_with(image, &["-accel", "tcg,thread=multi"], &[])
    }

    fn run_with(&self, image: &Path, options: &[&str], arguments: &[&str]) -> Result<Result<String, String>> {
        let mut qemu = self.qemu(image, arguments);
        qemu.args(options);
        let output = limited(&qemu).output().context("cannot run QEMU")?;
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            return Ok(Ok(printed));
        }
        let reason = format!("{} (the limit is {LIMIT} s of processor time)", output.status);
        Ok(Err(format!("{reason}\n{printed}\n{}", String::from_utf8_lossy(&output.stderr))))
    }

    fn qemu(&self, image: &Path, arguments: &[&str]) -> Command {
        let mut qemu = if self.target.starts_with("riscv32") {
            let mut qemu = Command::new("qemu-system-riscv32");
            qemu.args(["-bios", "none"]);
            qemu
        } else {
            Command::new("qemu-system-arm")
        };
        qemu.args(["-machine", self.machine, "-nographic", "-monitor", "none", "-serial", "none"]);
        let program = image.file_stem().unwrap_or_default().to_string_lossy();
        let mut semihosting = format!("enable=on,target=native,arg={program}");
        arguments.iter().for_each(|argument| semihosting.extend([",arg=", argument]));
        qemu.arg("-semihosting-config").arg(semihosting);
        qemu.arg("-kernel").arg(image);
        qemu
    }
}

/// The same program, ended by the system at the limit.
fn limited(program: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -t \"$0\" && exec \"$@\"", LIMIT]);
    shell.arg(program.get_program()).args(program.get_args());
    shell
}
