namespace ZProc.Core.Values;

/// <summary>
/// Converts objects of the layer above (PowerShell's) to values that have a kind, and back. The layer above sees no
/// bytes and no MessagePack, which is loaded where only this assembly finds it.
/// </summary>
public interface IForeignValues
{
    /// <summary>
    /// Turns an object whose type has no kind into one that has: a value, a <see cref="PropertyBag"/>, a <see cref="ScriptText"/>
    /// or a <see cref="CliXml"/>. The parts of the result may be foreign again.
    /// </summary>
    /// <param name="value">The object.</param>
    /// <returns>The replacement; it must not be <paramref name="value"/> itself.</returns>
    /// <exception cref="FaultException">
    /// <see cref="Fault.ValueNotSupported"/>, with the reason as its message ("is a …") and as its target the path inside
    /// <paramref name="value"/> (such as <c>.Password</c>), or null. The encoder completes both.
    /// </exception>
    object? ToKnown(object value);

    /// <summary>Turns a <see cref="PropertyBag"/>, <see cref="ScriptText"/> or <see cref="CliXml"/> into the object that it stands for.</summary>
    /// <param name="standIn">The decoded value.</param>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>: the content is invalid.</exception>
    object? FromKnown(object standIn);

    /// <summary>The enumeration that the caller means by a name, where the layer above has an own rule for that; null to look among the loaded types.</summary>
    /// <param name="typeName">The full name of the type.</param>
    /// <param name="assemblyName">The simple name of the assembly of the value's author.</param>
    Type? FindEnum(string typeName, string assemblyName) => null;
}
