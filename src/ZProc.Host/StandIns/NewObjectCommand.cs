namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for New-Object, for .NET types.</summary>
[Cmdlet(VerbsCommon.New, "Object")]
public sealed class NewObjectCommand : StandIn
{
    [Parameter(Position = 0, Mandatory = true)]
    public string TypeName { get; set; } = string.Empty;

    [Parameter(Position = 1)]
    [Alias("Args")]
    public object[]? ArgumentList { get; set; }

    [Parameter]
    public IDictionary? Property { get; set; }

    [Parameter]
    public object? ComObject { get => null; set => Refuse(); }

    protected override void ProcessRecord()
    {
        if (!LanguagePrimitives.TryConvertTo(TypeName, CultureInfo.InvariantCulture, out Type? type) || type is null)
        {
            ThrowTerminatingError(new ErrorRecord(
                new PSArgumentException($"There is no type [{TypeName}] in the assemblies that are loaded."), "TypeNotFound", ErrorCategory.InvalidType, null));
            return;
        }

        PSObject made;
        if (type == typeof(PSObject) || type == typeof(PSCustomObject))
        {
            made = new PSObject();
        }
        else
        {
            // The engine's own overload resolution, by way of the static method `new`.
            try
            {
                made = PSObject.AsPSObject(ScriptBlock.Create("param($type, $list) , $type::new.Invoke($list)").InvokeReturnAsIs(type, ArgumentList ?? []));
            }
            catch (RuntimeException failure)
            {
                ThrowTerminatingError(new ErrorRecord(failure.InnerException ?? failure, "ConstructorInvokedThrowException", ErrorCategory.InvalidOperation, TypeName));
                return;
            }
        }

        if (Property is not null)
        {
            foreach (DictionaryEntry entry in Property)
            {
                string name = entry.Key.ToString()!;
                if (made.Properties[name] is { } known)
                    known.Value = entry.Value;
                else if (made.BaseObject is PSCustomObject)
                    made.Properties.Add(new PSNoteProperty(name, entry.Value));
                else
                    WriteError("InvalidOperationException", ErrorCategory.InvalidOperation, new InvalidOperationException($"The new object has no property '{name}'."), made);
            }
        }

        WriteObject(made);
    }
}
