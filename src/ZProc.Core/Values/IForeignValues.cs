namespace ZProc.Core.Values;

/// <summary>
/// Teaches the codec about objects of a layer above (PowerShell's), in both directions. It deals in objects only:
/// the layer above sees neither bytes nor MessagePack, which is loaded where only this assembly finds it.
/// </summary>
public interface IForeignValues
{
    /// <summary>
    /// Turns an object whose type the codec does not know into one that it does: a supported value,
    /// a <see cref="PropertyBag"/>, a <see cref="ScriptText"/> or a <see cref="CliXml"/>.
    /// What is inside the result may be foreign again.
    /// </summary>
    /// <param name="value">The object.</param>
    /// <returns>The replacement; it must not be <paramref name="value"/> itself.</returns>
    /// <exception cref="FaultException">
    /// <see cref="Fault.ValueNotSupported"/>, with the reason as its message ("is a …") and as its target the path inside
    /// <paramref name="value"/> (such as <c>.Password</c>), or null. The codec completes both.
    /// </exception>
    object? ToKnown(object value);

    /// <summary>Turns a <see cref="PropertyBag"/>, <see cref="ScriptText"/> or <see cref="CliXml"/> into the live object.</summary>
    /// <param name="standIn">What was read.</param>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>: it holds nonsense.</exception>
    object? FromKnown(object standIn);
}
