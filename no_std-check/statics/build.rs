//! What the image is linked with: it only has to hold the functions, not to run.

fn main() {
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("none") {
        println!("cargo::rustc-link-arg-bins=--entry=keep_roots");
        // The call graph is read from the relocations.
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}
