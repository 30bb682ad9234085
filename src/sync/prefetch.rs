//! Requesting a cache line before it is needed.

/// The size of a cache line, as far as prefetching needs it.
pub(crate) const LINE_BYTES: usize = 64;

/// Requests the cache line at an address for writing, where the processor can. Only a hint: the
/// address need not be valid.
#[inline]
pub(crate) fn prefetch_for_write(address: *const u8) {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    // SAFETY: `prefetchw` never faults and changes nothing that a program can observe. Processors
    // without it execute it as a no-op.
    unsafe {
        core::arch::asm!(
            "prefetchw [{address}]",
            address = in(reg) address,
            options(readonly, nostack, preserves_flags)
        );
    }
    #[cfg(all(target_arch = "aarch64", not(miri)))]
    // SAFETY: `prfm` never faults and changes nothing that a program can observe.
    unsafe {
        core::arch::asm!(
            "prfm pstl1keep, [{address}]",
            address = in(reg) address,
            options(readonly, nostack, preserves_flags)
        );
    }
    #[cfg(any(miri, not(any(target_arch = "x86_64", target_arch = "aarch64"))))]
    let _ = address;
}
