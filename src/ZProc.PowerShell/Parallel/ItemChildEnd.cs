using System.Management.Automation;
using ZProc.Core.Processes;

namespace ZProc.Parallel;

/// <summary>How an <see cref="ItemChild"/> ended.</summary>
/// <param name="Exit">How its OS process ended.</param>
/// <param name="Error">Why the process could not run items; null when it could.</param>
/// <param name="HadItem">Whether an item ended with it.</param>
internal sealed record ItemChildEnd(ChildExit Exit, ErrorRecord? Error, bool HadItem);
