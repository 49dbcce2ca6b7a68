using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Management.Automation.Runspaces;
using System.Security;
using ZProc.Core;
using ZProc.Core.Values;
using ZProc.Workers;

namespace ZProc.Values;

/// <summary>Converts PowerShell's objects to values that the codec knows, and back.</summary>
/// <remarks>
/// <list type="bullet">
/// <item>A <c>PSObject</c> around a supported value is that value. Added members, such as the <c>PSPath</c> of a line that
/// <c>Get-Content</c> read, are left out.</item>
/// <item>A <c>PSCustomObject</c> keeps its type names and properties in order; script properties arrive as their values.</item>
/// <item>A script block arrives as a script block of the same text. A block with variables of its own is refused.</item>
/// <item>Other dictionaries arrive as a <c>Hashtable</c>, other collections as an <c>ArrayList</c>, at every depth.</item>
/// <item>Everything else arrives as from PowerShell's jobs: as a <c>Deserialized.*</c> object, with added members.</item>
/// </list>
/// </remarks>
internal sealed class ForeignValues : IForeignValues
{
    private readonly bool _takesSecrets;

    /// <param name="takesSecrets">Whether a <c>SecureString</c> and a <c>PSCredential</c> travel.</param>
    public ForeignValues(bool takesSecrets = false) => _takesSecrets = takesSecrets;

    /// <inheritdoc/>
    public object? ToKnown(object value)
    {
        switch (value)
        {
            case PSObject wrapped when wrapped == AutomationNull.Value:
                return null;
            case PSObject { BaseObject: PSCustomObject } custom:
                return ObjectXml.IsDeserialized(custom) ? ObjectXml.Write(custom) : CustomObjects.ToBag(custom);
            case PSObject wrapped:
                return wrapped.BaseObject;
            case ScriptBlock script:
                Closures.Check(script);
                return new ScriptText(script.ToString());
            case SecureString or PSCredential when _takesSecrets:
                return Secrets.ToBag(value);
            case SecureString:
                throw new FaultException(Fault.ValueNotSupported, "is a SecureString, which does not travel. Keep secrets out of the state");
        }

        var type = value.GetType();
        if (ScriptTypes.Contains(type))
        {
            throw new FaultException(
                Fault.ValueNotSupported,
                $"is an instance of the PowerShell class '{type.Name}', which only its own session knows. Use a [pscustomobject] or a hashtable");
        }

        try
        {
            return value is IDictionary dictionary ? ToHashtable(dictionary)
                : LanguagePrimitives.GetEnumerable(value) is { } items ? ToList(items)
                : ObjectXml.Write(value);
        }
        catch (Exception e) when (e is not FaultException and not PipelineStoppedException)
        {
            throw new FaultException(Fault.ValueNotSupported, $"is a {type}, which cannot be read ({e.Message})", inner: e);
        }
    }

    /// <inheritdoc/>
    public object? FromKnown(object standIn)
    {
        try
        {
            return standIn switch
            {
                PropertyBag bag when _takesSecrets && Secrets.FromBag(bag) is { } secret => secret,
                PropertyBag bag => CustomObjects.FromBag(bag),
                ScriptText script => ScriptBlock.Create(script.Text),
                CliXml xml => ObjectXml.Read(xml),
                _ => standIn,
            };
        }
        catch (Exception e) when (e is not FaultException and not PipelineStoppedException and not OutOfMemoryException)
        {
            throw new FaultException(Fault.MalformedMessage, $"A value holds a {standIn.GetType().Name} that PowerShell refuses: {e.Message}", inner: e);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Several runspaces of this OS process may have an enum of the same script, each its own. The name means that of the calling runspace.</remarks>
    public Type? FindEnum(string typeName, string assemblyName)
    {
        if (!ScriptTypes.IsAssembly(assemblyName) || !typeName.All(static character => char.IsLetterOrDigit(character) || character == '_'))
        {
            return null;
        }

        return Runspace.DefaultRunspace is not null
            && LanguagePrimitives.TryConvertTo<Type>(typeName, CultureInfo.InvariantCulture, out var type) && ScriptTypes.Contains(type)
            ? type
            : ScriptTypes.FindEnum(typeName);
    }

    private static Hashtable ToHashtable(IDictionary dictionary)
    {
        var table = IgnoresCase(dictionary) ? new Hashtable(dictionary.Count, StringComparer.OrdinalIgnoreCase) : new Hashtable(dictionary.Count);
        foreach (DictionaryEntry entry in dictionary)
        {
            table[entry.Key] = entry.Value;
        }

        return table;
    }

    /// <summary>Whether keys are compared without case. All of .NET's dictionaries have a Comparer, but no interface declares one.</summary>
    private static bool IgnoresCase(IDictionary dictionary) => dictionary.GetType().GetProperty("Comparer")?.GetValue(dictionary) switch
    {
        IEqualityComparer<string> comparer => comparer.Equals("a", "A"),
        IComparer<string> comparer => comparer.Compare("a", "A") == 0,
        _ => false,
    };

    private static ArrayList ToList(IEnumerable items)
    {
        var list = new ArrayList();
        foreach (var item in items)
        {
            list.Add(item);
        }

        return list;
    }
}
