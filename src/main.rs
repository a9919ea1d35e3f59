//! Arguments in, exit code out.

fn main() -> std::process::ExitCode {
    appeal::cli::main()
}
