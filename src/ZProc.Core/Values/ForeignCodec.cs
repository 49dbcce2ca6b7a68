namespace ZProc.Core.Values;

/// <summary>Objects of the layer above: <see cref="IForeignValues"/> replaces them by values that the encoding has a kind for, and makes them again.</summary>
internal static class ForeignCodec
{
    /// <summary>Writes the replacement of an object whose type has no kind.</summary>
    /// <exception cref="FaultException"><see cref="Fault.ValueNotSupported"/>: the object does not travel.</exception>
    public static void Write(ValueEncoder encoder, object value)
    {
        if (encoder.Foreign is not { } foreign)
        {
            throw encoder.Containers.NotSupported($"is a {value.GetType()}, which does not travel");
        }

        encoder.Write(Replace(encoder, value, foreign));
    }

    /// <summary>Makes the object that a <see cref="PropertyBag"/>, <see cref="ScriptText"/> or <see cref="CliXml"/> stands for.</summary>
    /// <param name="standIn">The decoded value.</param>
    /// <param name="foreign">The layer above; null leaves the stand-in.</param>
    public static object? Restore(object standIn, IForeignValues? foreign) => foreign is null ? standIn : foreign.FromKnown(standIn);

    private static object? Replace(ValueEncoder encoder, object value, IForeignValues foreign)
    {
        try
        {
            return foreign.ToKnown(value);
        }
        catch (FaultException e) when (e.Fault == Fault.ValueNotSupported)
        {
            throw ValueFaults.NotSupported(encoder.Containers.Path + e.Target, e.Message, e.InnerException);
        }
    }
}
